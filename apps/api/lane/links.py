"""Links between the pages of a list, as its pagination writes them; prepared once per list."""

from collections.abc import Sequence

import orjson
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from apps.api.cursors import opened, sealed
from apps.api.errors import TamperedCursor
from apps.api.lane.shapes import Page

# Unreserved characters, so that they stand in a URL as they are.
_HERE = "~~~"


class Links:
    """The links of one list with its filters."""

    def __init__(self, request: Request, page: Page) -> None:
        self._scope = page.pages.scope_of(request, page.window.ordering)
        self._length = len(page.window.ordering)
        here = request.build_absolute_uri()
        url = replace_query_param(here, page.pages.cursor_parameter, _HERE)
        self._before, self._behind = (
            orjson.dumps(part)[1:-1] for part in url.split(_HERE, maxsplit=1)
        )

    def after(self, position: Sequence[str]) -> bytes:
        """Return where the page behind a position is, as JSON."""
        cursor = sealed(position, scope=self._scope).encode()
        return b'"%b%b%b"' % (self._before, cursor, self._behind)

    def position_in(self, cursor: str) -> list[str] | None:
        """Return the position in a cursor; None where it is not one of this list."""
        try:
            position = opened(cursor, scope=self._scope)
        except TamperedCursor:
            return None
        return position if len(position) == self._length else None
