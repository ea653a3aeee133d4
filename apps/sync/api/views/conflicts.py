"""Conflicts: what waits for a decision, and what has been decided."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from apps.api.permissions import SignedIn
from apps.api.schema import raises
from apps.api.views import ResourceViewSet
from apps.sync.api.conflict_serializers import ConflictOut, ResolutionIn
from apps.sync.api.filters import ConflictFilters
from apps.sync.errors import ConflictSettled, UnknownColumn
from apps.sync.models import SyncConflict
from apps.sync.selectors import conflicts_of
from apps.sync.services import resolve_conflict


@extend_schema_view(
    list=extend_schema(summary="List my conflicts"),
    retrieve=extend_schema(summary="Show a conflict"),
)
class ConflictViewSet(ListModelMixin, RetrieveModelMixin, ResourceViewSet[SyncConflict]):
    """Conflicts of what the one who asks has edited, on any device."""

    permission_classes = (SignedIn,)
    output_serializer = ConflictOut
    filterset_class = ConflictFilters

    @override
    def get_queryset(self) -> QuerySet[SyncConflict]:
        return conflicts_of(self.viewer_id).select_related("state")

    @extend_schema(summary="Resolve a conflict", extensions=raises(ConflictSettled, UnknownColumn))
    @action(detail=True, methods=["post"], input_serializer=ResolutionIn)
    def resolve(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Take one of the two versions, or values of your own; all devices pull what is chosen."""
        self.get_object()
        chosen = self.read_input(request)
        resolve_conflict(id, resolver_id=self.viewer_id, **chosen)
        return self.show(self.get_queryset().get(public_id=id))
