"""How buildings look from outside: ``…In`` parses what clients send, ``…Out`` shows rows."""

from rest_framework import serializers

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.buildings.api import examples
from apps.buildings.models import (
    Building,
    Comment,
    Invitation,
    MaintenanceRequest,
    Unit,
)
from apps.buildings.types import Priority, Role, Status


class PersonOut(StrictSerializer):
    """Somebody in the building, by name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


@examples.building
class BuildingOut(StrictModelSerializer):
    """A building, and the role in it of the one who asks."""

    role = serializers.ChoiceField(choices=Role.choices)

    class Meta:
        model = Building
        fields = ("id", "name", "address", "role", "created_at", "updated_at")


@examples.new_building
class BuildingIn(StrictModelSerializer):
    """What a building is made of."""

    class Meta:
        model = Building
        fields = ("name", "address")


@examples.unit
class UnitOut(StrictModelSerializer):
    """A unit of a building."""

    class Meta:
        model = Unit
        fields = ("id", "label", "floor", "notes", "created_at", "updated_at")


@examples.new_unit
class UnitIn(StrictModelSerializer):
    """What a unit is made of; its label is unique in the building."""

    class Meta:
        model = Unit
        fields = ("label", "floor", "notes")


@examples.member
class MemberOut(StrictSerializer):
    """A member; its id is the user's."""

    id = serializers.UUIDField(source="user.public_id")
    name = serializers.CharField(source="user.name")
    role = serializers.ChoiceField(choices=Role.choices)
    joined_at = serializers.DateTimeField(source="created_at")


@examples.role
class RoleIn(StrictSerializer):
    """What a member is to be from now on."""

    role = serializers.ChoiceField(choices=Role.choices)

    def validate_role(self, value: str) -> Role:
        """Speak of roles as the services do."""
        return Role(value)


class BuildingName(StrictSerializer):
    """Just enough of a building to know which one is meant."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


@examples.invitation
class InvitationOut(StrictModelSerializer):
    """A pending invitation."""

    building = BuildingName()

    class Meta:
        model = Invitation
        fields = ("id", "building", "email", "role", "created_at")


@examples.new_invitation
class InvitationIn(RoleIn):
    """Whom to invite, and as what."""

    email = serializers.EmailField(max_length=254)


@examples.request
class RequestOut(StrictModelSerializer):
    """A maintenance request; the author is null once the account is gone."""

    author = PersonOut(allow_null=True)

    class Meta:
        model = MaintenanceRequest
        fields = (
            "id",
            "unit",
            "author",
            "title",
            "description",
            "status",
            "priority",
            "created_at",
            "updated_at",
        )


@examples.new_request
class RequestIn(StrictModelSerializer):
    """What is broken, where, and how soon it should be looked at."""

    unit = serializers.UUIDField(source="unit_id", required=False, allow_null=True)

    class Meta:
        model = MaintenanceRequest
        fields = ("unit", "title", "description", "priority")

    def validate_priority(self, value: str) -> Priority:
        """Speak of priorities as the services do."""
        return Priority(value)


@examples.status
class StatusIn(StrictSerializer):
    """Where a maintenance request is to stand from now on."""

    status = serializers.ChoiceField(choices=Status.choices)

    def validate_status(self, value: str) -> Status:
        """Speak of statuses as the services do."""
        return Status(value)


@examples.comment
class CommentOut(StrictModelSerializer):
    """A comment; the author is null once the account is gone."""

    author = PersonOut(allow_null=True)

    class Meta:
        model = Comment
        fields = ("id", "author", "text", "created_at")


@examples.new_comment
class CommentIn(StrictModelSerializer):
    """What is to be said."""

    class Meta:
        model = Comment
        fields = ("text",)
