"""Buildings: mine, and one of mine."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import DestroyModelMixin, UpdateModelMixin
from rest_framework.serializers import BaseSerializer
from typing_extensions import override

from apps.api.deprecation import deprecated
from apps.api.short_reads import ShortWrites
from apps.buildings import selectors, services
from apps.buildings.api.serializers import BuildingIn, BuildingOut
from apps.buildings.api.views.base import InBuilding
from apps.buildings.models import Building
from apps.buildings.types import Role


# `role` has moved into `viewer`.
@deprecated(
    "list",
    "retrieve",
    since=date(2026, 11, 1),
    sunset=date(2027, 11, 1),
    link="/api/v2/docs/",
)
@extend_schema_view(
    list=extend_schema(summary="List my buildings"),
    create=extend_schema(summary="Create a building and own it"),
    retrieve=extend_schema(summary="Show a building"),
    partial_update=extend_schema(summary="Change a building"),
    destroy=extend_schema(summary="Delete a building with all that is in it"),
)
class BuildingViewSet(
    ShortWrites[Building],
    UpdateModelMixin,
    DestroyModelMixin,
    InBuilding[Building],
):
    """The buildings the one who asks belongs to; whoever creates one owns it."""

    short_lane = True
    lookup_url_kwarg = "building_id"
    input_serializer = BuildingIn
    output_serializer: type[BaseSerializer[Building]] = BuildingOut
    least_role = {"retrieve": Role.RESIDENT}

    @override
    def get_queryset(self) -> QuerySet[Building]:
        return selectors.buildings_of(user_id=self.viewer_id)

    @override
    def create_row(self, **values: Any) -> UUID:
        return services.create_building(owner_id=self.viewer_id, **values)

    @override
    def perform_update(self, serializer: BaseSerializer[Building]) -> None:
        services.update_building(building_id=self.building_id, **serializer.validated_data)
        serializer.instance = self.reread(self.building_id)

    @override
    def perform_destroy(self, instance: Building) -> None:
        services.delete_building(building_id=instance.public_id)
