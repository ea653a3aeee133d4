"""Reads what clients push: as strict as everywhere about JSON, kind about texts in it."""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from typing_extensions import override

from apps.api.parsers import OrjsonParser

# An escaped backslash, so that what follows it is not taken for an escape; a whole pair of
# surrogates, to be left alone; and what cannot be stored: NUL, and half of a pair.
_ESCAPE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<unstorable>\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_MAY_BE_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_REPLACEMENT = rb"\ufffd"


class KindParser(OrjsonParser):
    """Parses JSON whose texts may hold what PostgreSQL does not take.

    A phone that cut a text within an emoji, or holds a NUL, would push the same for ever: U+FFFD
    takes the place of either.
    """

    @override
    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the document; raises as the strict parser does."""
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        return super().parse(BytesIO(storable(body)), media_type, parser_context)


def storable(body: bytes) -> bytes:
    """Return JSON with U+FFFD in place of each escape of what cannot be stored.

    It is as long as before, for every escape has six bytes.
    """
    return _ESCAPE.sub(_replaced, body) if _MAY_BE_UNSTORABLE.search(body) else body


def _replaced(escape: re.Match[bytes]) -> bytes:
    return _REPLACEMENT if escape["unstorable"] else escape[0]
