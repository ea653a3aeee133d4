"""Short reads: list and retrieve whose JSON PostgreSQL builds, without model instances.

One word opts in: mix in `ShortReads` where `ListModelMixin` and `RetrieveModelMixin` stood. The
guard, filters, pages, permissions and OpenAPI stay the view's; only how a row becomes JSON
changes, and a property test holds both ways equal.
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from typing_extensions import override

from apps.api.lane.answering import row_at
from apps.api.lane.errors import NotForTheLane
from apps.api.lane.shapes import ROW, OneRow, Page, Shape
from apps.api.offset_pagination import OFFSET
from apps.api.pagination import KeysetPagination
from apps.api.representation import row_of
from apps.api.views import ResourceViewSet
from apps.kernel.errors import NotFound

Row = TypeVar("Row", bound=Model)

_ALIAS = ROW.decode()
# Of a POST; what else a view may change, the lane asks the view itself.
_DONE_BY_LANE = ("dispatch", "initial", "create", "show_row", "handle_exception", "check_body")


class ShortReads(ListModelMixin, RetrieveModelMixin, ResourceViewSet[Row]):
    """List and retrieve in one query each, straight from rows to bytes.

    What the view's queryset holds is shown: permissions on single rows guard writes only. A view
    whose ``has_object_permission`` refuses reads must keep DRF's mixins.

    With ``short_lane = True`` both are also answered in front of Django (see `lane`); a system
    check says where that is not possible.
    """

    short_lane = False
    lane_actions: Sequence[str] = ("list", "retrieve")

    @override
    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]  # bytes need no renderer
        pages = self._pages()
        page = pages.paginate_queryset(self._listed(pages), request, self)
        items = ",".join([row.as_json for row in page])
        envelope = orjson.dumps(pages.envelope()).decode().removeprefix("{")
        return _json(f'{{"items":[{items}],{envelope}'.encode())

    @override
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]  # as above
        row = self._retrieved().first()
        if row is None:
            raise NotFound
        return _json(row.encode())

    def in_short(self) -> Shape:
        """Return what the lane answers for the view (`lane.shapes.InShort`)."""
        if self.action == "retrieve":
            return OneRow(self._retrieved()[:1])
        if OFFSET in self.request.query_params:
            raise NotForTheLane("a page by offset counts all rows, in a query of its own.")
        pages = self._pages()
        return Page(pages.window_of(self._listed(pages), self.request, self), pages)

    def _listed(self, pages: KeysetPagination) -> QuerySet[Row, Any]:
        keys = (name.removeprefix("-") for name in pages.ordering_of(self))
        return self._shown().values_list(_ALIAS, *keys, named=True)

    def _retrieved(self) -> QuerySet[Row, Any]:
        asked = {self.lookup_field: self.kwargs[self.lookup_url_kwarg or self.lookup_field]}
        return self._shown().filter(**asked).values_list(_ALIAS, flat=True)

    def _shown(self) -> QuerySet[Row, Any]:
        rows = self.filter_queryset(self.get_queryset())
        shown: QuerySet[Row, Any] = rows.annotate(**{_ALIAS: row_of(self.shown_class())})
        return shown

    def _pages(self) -> KeysetPagination:
        pages = self.paginator
        assert isinstance(pages, KeysetPagination), "Short lists are paged by key."
        return pages


class ShortWrites(ShortReads[Row], ABC):
    """The same with create: the answer shows the written row as retrieve does, in one query.

    With ``short_lane = True`` a create that has an idempotency key is carried out in front of
    Django as well. The service behind `create_row` should be `kernel.transactions.joining`.
    """

    lane_actions = ("list", "retrieve", "create")

    @abstractmethod
    def create_row(self, **values: Any) -> UUID:
        """Write a row of valid values and return its public id; the view says how."""

    def refuse_own_ways(self) -> None:
        """Raise NotForTheLane where a subclass changes what the lane does in its place."""
        own = [
            name
            for name in _DONE_BY_LANE
            if _method(type(self), name) != _method(ShortWrites, name)
        ]
        if own:
            raise NotForTheLane(f"it has a way of its own to {', '.join(own)}.")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write a row."""
        return self.show_row(self.create_row(**self.read_input(request)), status=201)

    def show_row(self, row_id: UUID, *, status: int = 200) -> HttpResponse:
        """Return a row of the list that the request names, as it is now."""
        row = row_at(f"{self.request.path}{row_id}/", self.request)
        if row is None:
            self.kwargs[self.lookup_url_kwarg or self.lookup_field] = row_id
            found = self._retrieved().first()
            row = found.encode() if found else None
        if row is None:
            raise NotFound
        return _json(row, status=status)


def _method(view: type[Any], name: str) -> Any:
    # What documents a method wraps it.
    return inspect.unwrap(getattr(view, name))


def _json(document: bytes, *, status: int = 200) -> HttpResponse:
    return HttpResponse(document, content_type="application/json", status=status)
