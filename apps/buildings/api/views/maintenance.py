"""Maintenance requests and what is said about them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import (
    CreateModelMixin,
    DestroyModelMixin,
    ListModelMixin,
    UpdateModelMixin,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from typing_extensions import override

from apps.api.schema import raises
from apps.api.short_reads import ShortWrites
from apps.buildings import selectors, services
from apps.buildings.api.filters import RequestFilters
from apps.buildings.api.permissions import OwnRow
from apps.buildings.api.serializers import CommentIn, CommentOut, RequestIn, RequestOut, StatusIn
from apps.buildings.api.views.base import InBuilding
from apps.buildings.errors import StatusNotYours, TransitionNotAllowed
from apps.buildings.models import Comment, MaintenanceRequest
from apps.buildings.types import Role


@extend_schema_view(
    list=extend_schema(summary="List the maintenance requests of a building"),
    create=extend_schema(summary="Open a maintenance request"),
    retrieve=extend_schema(summary="Show a maintenance request"),
    partial_update=extend_schema(summary="Change a maintenance request"),
)
class RequestViewSet(
    ShortWrites[MaintenanceRequest],
    UpdateModelMixin,
    InBuilding[MaintenanceRequest],
):
    """Every member sees and opens requests; their authors and managers tend them.

    Requests are closed, not deleted.
    """

    short_lane = True
    permission_classes = (OwnRow,)
    lookup_url_kwarg = "request_id"
    input_serializer = RequestIn
    output_serializer = RequestOut
    filterset_class = RequestFilters
    least_role = {
        "list": Role.RESIDENT,
        "retrieve": Role.RESIDENT,
        "create": Role.RESIDENT,
        "partial_update": Role.RESIDENT,
        "status": Role.RESIDENT,
    }

    @override
    def get_queryset(self) -> QuerySet[MaintenanceRequest]:
        return selectors.requests_of(user_id=self.viewer_id, building_id=self.building_id)

    @override
    def create_row(self, **values: Any) -> UUID:
        return services.open_request(
            building_id=self.building_id, author_id=self.viewer_id, **values
        )

    @override
    def perform_update(self, serializer: BaseSerializer[MaintenanceRequest]) -> None:
        request_id = self.kwargs["request_id"]
        services.update_request(
            building_id=self.building_id, request_id=request_id, **serializer.validated_data
        )
        serializer.instance = self.reread(request_id)

    @extend_schema(
        summary="Take a maintenance request to its next status",
        extensions=raises(StatusNotYours, TransitionNotAllowed),
    )
    @action(detail=True, methods=["post"], input_serializer=StatusIn)
    def status(self, request: Request, building_id: UUID, request_id: UUID) -> Response:
        """Managers take a request through its life; its author may close or reopen it."""
        self.get_object()
        services.change_status(
            building_id=building_id,
            request_id=request_id,
            user_id=self.viewer_id,
            **self.read_input(request),
        )
        return self.show(self.reread(request_id))


@extend_schema_view(
    list=extend_schema(summary="List the comments on a maintenance request"),
    create=extend_schema(summary="Comment on a maintenance request"),
    destroy=extend_schema(summary="Withdraw a comment"),
)
class CommentViewSet(CreateModelMixin, ListModelMixin, DestroyModelMixin, InBuilding[Comment]):
    """Every member reads and writes comments; their authors and managers withdraw them."""

    permission_classes = (OwnRow,)
    lookup_url_kwarg = "comment_id"
    input_serializer = CommentIn
    output_serializer = CommentOut
    least_role = {"list": Role.RESIDENT, "create": Role.RESIDENT, "destroy": Role.RESIDENT}

    @override
    def get_queryset(self) -> QuerySet[Comment]:
        return selectors.comments_on(
            user_id=self.viewer_id,
            building_id=self.building_id,
            request_id=self.kwargs["request_id"],
        )

    @override
    def perform_create(self, serializer: BaseSerializer[Comment]) -> None:
        added = services.add_comment(
            building_id=self.building_id,
            request_id=self.kwargs["request_id"],
            author_id=self.viewer_id,
            **serializer.validated_data,
        )
        serializer.instance = self.reread(added)

    @override
    def perform_destroy(self, instance: Comment) -> None:
        services.remove_comment(
            building_id=self.building_id,
            request_id=self.kwargs["request_id"],
            comment_id=instance.public_id,
        )
