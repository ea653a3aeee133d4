"""Lists in pages by key: each page starts after the last row of the one before.

Rows written or removed meanwhile shift nothing, as they do with offsets (property P8).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Field, Model, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView
from typing_extensions import override

from apps.api.cursors import opened, sealed
from apps.api.errors import InvalidParameter

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Window(Generic[Row]):
    """A page as a query of one row more than it shows, to know whether another one follows."""

    rows: QuerySet[Any, Row]
    limit: int
    ordering: tuple[str, ...]


class KeysetPagination(BasePagination):
    """Pages of ``limit`` rows in the view's ``ordering``, newest first by default.

    An ordering names columns of the model that are never null; the last one must be unique.
    """

    default_limit = 20
    max_limit = 100
    limit_parameter = "limit"
    cursor_parameter = "cursor"
    query_parameters: Sequence[str] = (limit_parameter, cursor_parameter)
    default_ordering = ("-public_id",)

    @override
    def paginate_queryset(
        self,
        queryset: QuerySet[Any, Row] | Sequence[Row],
        request: Request,
        view: APIView | None = None,
    ) -> list[Row]:
        """Return the rows of the asked page, read in one query."""
        assert isinstance(queryset, QuerySet), "Only a QuerySet can be read by key."
        window = self.window_of(queryset, request, view)
        rows = list(window.rows)
        self.next_url = None
        if len(rows) > window.limit:
            del rows[window.limit :]
            position = self.position_of(rows[-1], window.ordering, queryset.model)
            self.next_url = self.url_after(position, request, window.ordering)
        return rows

    def window_of(
        self, queryset: QuerySet[Any, Row], request: Request, view: APIView | None
    ) -> Window[Row]:
        """Return the asked page as a query, before it is read."""
        ordering = self.ordering_of(view)
        limit = self.limit_of(request)
        cursor = request.query_params.get(self.cursor_parameter)
        if cursor is not None:
            position = opened(cursor, scope=self.scope_of(request, ordering))
            queryset = queryset.filter(_after(position, ordering, queryset.model))
        rows = queryset.order_by(*ordering)[: limit + 1]
        return Window(rows=rows, limit=limit, ordering=ordering)

    def url_after(self, position: Sequence[str], request: Request, ordering: Sequence[str]) -> str:
        """Return where the page behind a position is."""
        cursor = sealed(position, scope=self.scope_of(request, ordering))
        return replace_query_param(request.build_absolute_uri(), self.cursor_parameter, cursor)

    def ordering_of(self, view: APIView | None) -> tuple[str, ...]:
        """Return the columns that a view's list is read by."""
        return tuple(getattr(view, "ordering", self.default_ordering))

    def envelope(self) -> dict[str, Any]:
        """Return what the page that was read tells besides its items."""
        return {"next": self.next_url}

    @override
    def get_paginated_response(self, data: Any) -> Response:
        return Response({"items": data, **self.envelope()})

    @override
    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": schema,
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "Where the next page is; null on the last one.",
                    "example": None,
                },
            },
        }

    @override
    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": self.limit_parameter,
                "in": "query",
                "description": f"How many rows a page has; more than {self.max_limit} is "
                f"taken as {self.max_limit}.",
                "schema": {"type": "integer", "minimum": 1, "default": self.default_limit},
            },
            {
                "name": self.cursor_parameter,
                "in": "query",
                "description": "Where the page starts; taken from `next`, never made by hand.",
                "schema": {"type": "string"},
            },
        ]

    def limit_of(self, request: Request) -> int:
        """Return how many rows a page is asked to have; raises InvalidParameter."""
        text = request.query_params.get(self.limit_parameter)
        if text is None:
            return self.default_limit
        if not (text.isascii() and text.isdigit()) or not text.strip("0"):
            raise InvalidParameter(
                f"{self.limit_parameter} is a whole number from 1 to {self.max_limit}.",
                errors=[
                    {
                        "field": self.limit_parameter,
                        "detail": f"Expected a whole number from 1 to {self.max_limit}.",
                        "code": "invalid",
                    }
                ],
            )
        # Thousands of digits are no work for int(), which refuses them.
        return min(int(text.lstrip("0")[:9]), self.max_limit)

    def scope_of(self, request: Request, ordering: Sequence[str]) -> str:
        """Name this list with these filters, so that a cursor cannot move to another one."""
        filters = sorted(
            (name, value)
            for name, values in request.query_params.lists()
            if name not in self.query_parameters
            for value in values
        )
        return repr((request.path, tuple(ordering), filters))

    def position_of(self, row: Any, ordering: Sequence[str], model: type[Model]) -> list[str]:
        """Return the place of a row in an ordering, as a cursor holds it."""
        return [_field(model, name).value_to_string(row) for name in ordering]


def _after(position: Sequence[str], ordering: Sequence[str], model: type[Model]) -> Q:
    """Return the condition for the rows behind a position: a later key, or equal keys before."""
    condition = Q()
    equal_so_far = Q()
    for text, name in zip(position, ordering, strict=True):
        field = _field(model, name)
        value = field.to_python(text)
        comparison = "lt" if name.startswith("-") else "gt"
        condition |= equal_so_far & Q(**{f"{field.name}__{comparison}": value})
        equal_so_far &= Q(**{field.name: value})
    return condition


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field = model._meta.get_field(name.removeprefix("-"))  # noqa: SLF001  Django's documented API
    assert isinstance(field, Field), f"{name} is no column of {model.__name__}."
    return field
