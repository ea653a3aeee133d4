"""A serializer and a ModelViewSet."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.viewsets import ModelViewSet
from typing_extensions import override

from bench.peers.stock_drf.models import MaintenanceRequest


class AuthorSerializer(serializers.Serializer[MaintenanceRequest]):
    """The author, of whom the row holds the name."""

    id = serializers.UUIDField(source="author_id")
    name = serializers.CharField(source="author_name")


class RequestSerializer(serializers.ModelSerializer[MaintenanceRequest]):
    """A maintenance request."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    unit = serializers.UUIDField(source="unit_id", allow_null=True, required=False)
    author = AuthorSerializer(source="*", read_only=True)

    class Meta:
        model = MaintenanceRequest
        fields = (
            *("id", "unit", "author", "title", "description", "status", "priority"),
            *("created_at", "updated_at"),
        )


class Newest(CursorPagination):
    """Pages of 20, newest first, without counting."""

    page_size = 20
    ordering = "-public_id"


class RequestViewSet(ModelViewSet[MaintenanceRequest]):
    """The maintenance requests of one building."""

    serializer_class = RequestSerializer
    pagination_class = Newest
    lookup_field = "public_id"

    @override
    def get_queryset(self) -> QuerySet[MaintenanceRequest]:
        return QuerySet(MaintenanceRequest).filter(building_id=self.kwargs["building"])

    @override
    def perform_create(self, serializer: serializers.BaseSerializer[MaintenanceRequest]) -> None:
        user: Any = self.request.user
        serializer.save(
            building_id=self.kwargs["building"], author_id=user.public_id, author_name=user.name
        )
