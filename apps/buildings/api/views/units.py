"""The units of a building."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import DestroyModelMixin, UpdateModelMixin
from rest_framework.serializers import BaseSerializer
from typing_extensions import override

from apps.api.schema import raises
from apps.api.short_reads import ShortWrites
from apps.buildings import selectors, services
from apps.buildings.api.serializers import UnitIn, UnitOut
from apps.buildings.api.views.base import InBuilding
from apps.buildings.errors import LabelTaken
from apps.buildings.models import Unit
from apps.buildings.types import Role


@extend_schema_view(
    list=extend_schema(summary="List the units of a building"),
    create=extend_schema(summary="Add a unit", extensions=raises(LabelTaken)),
    retrieve=extend_schema(summary="Show a unit"),
    partial_update=extend_schema(summary="Change a unit", extensions=raises(LabelTaken)),
    destroy=extend_schema(summary="Remove a unit; its maintenance requests stay"),
)
class UnitViewSet(ShortWrites[Unit], UpdateModelMixin, DestroyModelMixin, InBuilding[Unit]):
    """Every member sees the units, managers tend them."""

    short_lane = True
    lookup_url_kwarg = "unit_id"
    input_serializer = UnitIn
    output_serializer = UnitOut
    least_role = {
        "list": Role.RESIDENT,
        "retrieve": Role.RESIDENT,
        "create": Role.MANAGER,
        "partial_update": Role.MANAGER,
        "destroy": Role.MANAGER,
    }

    @override
    def get_queryset(self) -> QuerySet[Unit]:
        return selectors.units_of(user_id=self.viewer_id, building_id=self.building_id)

    @override
    def create_row(self, **values: Any) -> UUID:
        return services.add_unit(building_id=self.building_id, **values)

    @override
    def perform_update(self, serializer: BaseSerializer[Unit]) -> None:
        unit_id = self.kwargs["unit_id"]
        services.update_unit(
            building_id=self.building_id, unit_id=unit_id, **serializer.validated_data
        )
        serializer.instance = self.reread(unit_id)

    @override
    def perform_destroy(self, instance: Unit) -> None:
        services.remove_unit(building_id=self.building_id, unit_id=instance.public_id)
