"""Lists by page number where a client asks for ``offset``: with a total, and not for walking.

Rows written or removed meanwhile shift the pages, and PostgreSQL reads all that is skipped; so an
offset ends at MAX_OFFSET, and whoever goes on from there goes on by key.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView
from typing_extensions import override

from apps.api.errors import InvalidParameter
from apps.api.pagination import KeysetPagination

Row = TypeVar("Row")

OFFSET = "offset"
MAX_OFFSET = 10_000


class Pagination(KeysetPagination):
    """Pages by key; with ``offset`` in the query by number, then with the ``count`` of all rows."""

    query_parameters = (*KeysetPagination.query_parameters, OFFSET)
    count: int | None = None

    @override
    def paginate_queryset(
        self,
        queryset: QuerySet[Any, Row] | Sequence[Row],
        request: Request,
        view: APIView | None = None,
    ) -> list[Row]:
        """Return the rows of the asked page, read in one query; by offset a second one counts."""
        text = request.query_params.get(OFFSET)
        if text is None:
            return super().paginate_queryset(queryset, request, view)
        assert isinstance(queryset, QuerySet), "Only a QuerySet can be read in pages."
        offset = self._offset(text, request)
        limit, ordering = self.limit_of(request), self.ordering_of(view)
        self.count = queryset.count()
        rows = list(queryset.order_by(*ordering)[offset : offset + limit])
        following = offset + limit
        self.next_url = None
        if rows and following < self.count:
            url = request.build_absolute_uri()
            if following <= MAX_OFFSET:
                self.next_url = replace_query_param(url, OFFSET, str(following))
            else:
                last = self.position_of(rows[-1], ordering, queryset.model)
                by_key = self.url_after(last, request, ordering)
                self.next_url = remove_query_param(by_key, OFFSET)
        return rows

    @override
    def envelope(self) -> dict[str, Any]:
        counted = {} if self.count is None else {"count": self.count}
        return super().envelope() | counted

    @override
    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        page["properties"]["count"] = {
            "type": "integer",
            "minimum": 0,
            "example": 1,
            "description": "How many rows there are in all; told where `offset` is given.",
        }
        return page

    @override
    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            *super().get_schema_operation_parameters(view),
            {
                "name": OFFSET,
                "in": "query",
                "description": "How many rows to skip, in place of `cursor`; the page then tells "
                "the `count` of all. Rows that come or go meanwhile shift the pages.",
                "schema": {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET},
            },
        ]

    def _offset(self, text: str, request: Request) -> int:
        if self.cursor_parameter in request.query_params:
            raise _invalid("Give either a cursor or an offset.")
        if not (text.isascii() and text.isdigit()):
            raise _invalid(f"Expected a whole number from 0 to {MAX_OFFSET}.")
        # Thousands of digits are no work for int(), which refuses them.
        offset = int((text.lstrip("0") or "0")[:9])
        if offset > MAX_OFFSET:
            raise _invalid(
                f"An offset ends at {MAX_OFFSET}; go further by the cursor in `next`, "
                "beginning without an offset."
            )
        return offset


def _invalid(detail: str) -> InvalidParameter:
    return InvalidParameter.naming((OFFSET, detail))
