"""Writes response bodies: JSON by orjson, 7 times faster than the standard library (R8)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer
from typing_extensions import override

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def to_json(document: Any) -> bytes:
    """Return a document as JSON in UTF-8; lazy texts and decimals become strings."""
    return orjson.dumps(document, default=_as_text, option=_OPTIONS)


def _as_text(value: object) -> str:
    if isinstance(value, Promise | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON; let a serializer give it one.")


class OrjsonRenderer(BaseRenderer):
    """Renders ``application/json``."""

    media_type = "application/json"
    format = "json"
    # JSON is UTF-8 by its definition (RFC 8259 section 8.1), so no charset is named.
    charset = None
    render_style = "binary"

    @override
    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the bytes of the response; none for None."""
        return b"" if data is None else to_json(data)
