"""Short reads: list and retrieve whose JSON PostgreSQL builds, without model instances.

One word opts in: mix in `ShortReads` where `ListModelMixin` and `RetrieveModelMixin` stood. The
guard, filters, pages, permissions and OpenAPI stay the view's; only how a row becomes JSON
changes, and a property test holds both ways equal.
"""

from typing import Any, TypeVar

import orjson
from django.db.models import Expression, Model
from django.http import HttpResponse
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from typing_extensions import override

from apps.api.pagination import KeysetPagination
from apps.api.representation import row_of
from apps.api.views import ResourceViewSet
from apps.kernel.errors import NotFound

Row = TypeVar("Row", bound=Model)

_ALIAS = "as_json"


class ShortReads(ListModelMixin, RetrieveModelMixin, ResourceViewSet[Row]):
    """List and retrieve in one query each, straight from rows to bytes.

    What the view's queryset holds is shown: permissions on single rows guard writes only. A view
    whose ``has_object_permission`` refuses reads must keep DRF's mixins.
    """

    @override
    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]  # bytes need no renderer
        rows = self.filter_queryset(self.get_queryset()).annotate(**{_ALIAS: self._row()})
        pages = self.paginator
        assert isinstance(pages, KeysetPagination), "Short lists are paged by key."
        keys = (name.removeprefix("-") for name in pages.ordering_of(self))
        page = pages.paginate_queryset(rows.values_list(_ALIAS, *keys, named=True), request, self)
        items = ",".join([row.as_json for row in page])
        envelope = orjson.dumps(pages.envelope()).decode().removeprefix("{")
        return _json(f'{{"items":[{items}],{envelope}')

    @override
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]  # as above
        asked = {self.lookup_field: self.kwargs[self.lookup_url_kwarg or self.lookup_field]}
        rows = self.filter_queryset(self.get_queryset()).filter(**asked)
        row = rows.annotate(**{_ALIAS: self._row()}).values_list(_ALIAS, flat=True).first()
        if row is None:
            raise NotFound
        return _json(row)

    def _row(self) -> Expression:
        return row_of(self.shown_class())


def _json(document: str) -> HttpResponse:
    return HttpResponse(document.encode(), content_type="application/json")
