"""The inbox: what I was told, in the app, the same on all of my devices."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from apps.notifications import selectors, services
from apps.notifications.api.filters import InboxFilters
from apps.notifications.api.inbox_serializers import InboxCountsOut, InboxItemOut, ItemsIn
from apps.notifications.api.views.base import OfPerson
from apps.notifications.models import InboxItem

Answer = TypeVar("Answer", bound=Callable[..., Response])


def _on_many(path: str, *, summary: str) -> Callable[[Answer], Answer]:
    """Return the decorator of what is done to the items that a body names, or to all of them."""
    acts: Any = action(
        detail=False,
        methods=["post"],
        url_path=path,
        url_name=f"{path}-many",
        input_serializer=ItemsIn,
        output_serializer=InboxCountsOut,
    )
    described = extend_schema(
        operation_id=f"notifications_inbox_{path}_many", summary=summary, responses=InboxCountsOut
    )

    def decorated(answer: Answer) -> Answer:
        told: Answer = described(acts(answer))
        return told

    return decorated


@extend_schema_view(
    list=extend_schema(summary="List what lies in my inbox"),
    retrieve=extend_schema(summary="Show an item of my inbox"),
)
class InboxViewSet(ListModelMixin, RetrieveModelMixin, OfPerson[InboxItem]):
    """What lies in the inbox of the one who asks; archived items only where they are asked for."""

    output_serializer = InboxItemOut
    filterset_class = InboxFilters

    @override
    def get_queryset(self) -> QuerySet[InboxItem]:
        items = selectors.inbox_items_of(user_id=self.viewer_id)
        is_default = self.action == "list" and "archived" not in self.request.query_params
        return items.filter(archived_at=None) if is_default else items

    @extend_schema(
        operation_id="notifications_inbox_counts",
        summary="Count what is unread in my inbox",
        responses=InboxCountsOut,
    )
    @action(detail=False, url_path="unread", url_name="counts", output_serializer=InboxCountsOut)
    def counts(self, request: Request) -> Response:
        """Count items that are not read, and those not even seen; archived ones do not count."""
        return self._counted()

    @_on_many("seen", summary="Mark items as seen")
    def seen_many(self, request: Request) -> Response:
        """Note that the inbox was opened: the items named were seen, or all of them."""
        return self._change_many(request, services.mark_seen)

    @_on_many("read", summary="Mark items as read")
    def read_many(self, request: Request) -> Response:
        """Note that the items named were read, or all of them; read is seen, too."""
        return self._change_many(request, services.mark_read)

    @_on_many("archive", summary="Archive items")
    def archive_many(self, request: Request) -> Response:
        """Take the items named out of the inbox, or all of them."""
        return self._change_many(request, services.archive)

    @extend_schema(summary="Mark an item as read", request=None)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Note that it was read, and so seen."""
        return self._change_one(services.mark_read)

    @extend_schema(summary="Mark an item as unread", request=None)
    @action(detail=True, methods=["post"])
    def unread(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Let it count as unread again."""
        return self._change_one(services.mark_unread)

    @extend_schema(summary="Archive an item", request=None)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Take it out of the inbox."""
        return self._change_one(services.archive)

    def _change_one(self, change: Callable[..., None]) -> Response:
        item = self.get_object()
        change(user_id=self.viewer_id, item_ids=[item.public_id])
        item.refresh_from_db()
        return self.show(item)

    def _change_many(self, request: Request, change: Callable[..., None]) -> Response:
        told: dict[str, Any] = self.read_input(request)
        change(user_id=self.viewer_id, item_ids=told["ids"])
        return self._counted()

    def _counted(self) -> Response:
        return Response(InboxCountsOut(selectors.inbox_counts(user_id=self.viewer_id)).data)
