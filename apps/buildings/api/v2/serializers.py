"""How buildings look in v2: what is the viewer's own stands apart, and a unit has its label."""

from rest_framework import serializers

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.buildings.api import serializers as v1
from apps.buildings.api.v2 import examples
from apps.buildings.models import Building
from apps.buildings.types import Role


class ViewerOut(StrictSerializer):
    """What the one who asks is to the building."""

    role = serializers.ChoiceField(choices=Role.choices)


class UnitName(StrictSerializer):
    """Just enough of a unit to know which one is meant."""

    id = serializers.UUIDField(source="public_id")
    label = serializers.CharField()  # type: ignore[assignment]  # a field's name, not its attribute


@examples.building
class BuildingOut(StrictModelSerializer):
    """A building, and what the one who asks is to it."""

    viewer = ViewerOut(source="*")

    class Meta:
        model = Building
        fields = ("id", "name", "address", "viewer", "created_at", "updated_at")


@examples.request
class RequestOut(v1.RequestOut):
    """A maintenance request; the author is null once the account is gone."""

    unit = UnitName(allow_null=True)
