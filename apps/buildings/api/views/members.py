"""The members of a building."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import DestroyModelMixin, UpdateModelMixin
from rest_framework.serializers import BaseSerializer
from typing_extensions import override

from apps.api.schema import raises
from apps.api.short_reads import ShortReads
from apps.buildings import selectors, services
from apps.buildings.api.permissions import OwnRow
from apps.buildings.api.serializers import MemberOut, RoleIn
from apps.buildings.api.views.base import InBuilding
from apps.buildings.errors import LastOwner
from apps.buildings.models import Member
from apps.buildings.types import Role


@extend_schema_view(
    list=extend_schema(summary="List the members of a building"),
    retrieve=extend_schema(summary="Show a member"),
    partial_update=extend_schema(summary="Give a member a role", extensions=raises(LastOwner)),
    destroy=extend_schema(summary="Remove a member, or leave", extensions=raises(LastOwner)),
)
class MemberViewSet(ShortReads[Member], UpdateModelMixin, DestroyModelMixin, InBuilding[Member]):
    """Every member sees the members and may leave; owners give roles and remove.

    A member's id is the user's. Members come in by invitation.
    """

    short_lane = True
    permission_classes = (OwnRow,)
    lookup_field = "user__public_id"
    lookup_url_kwarg = "member_id"
    input_serializer = RoleIn
    output_serializer = MemberOut
    least_role = {
        "list": Role.RESIDENT,
        "retrieve": Role.RESIDENT,
        "partial_update": Role.OWNER,
        "destroy": Role.RESIDENT,
    }
    row_belongs_to = "user_id"
    steward = Role.OWNER

    @override
    def get_queryset(self) -> QuerySet[Member]:
        return selectors.members_of(user_id=self.viewer_id, building_id=self.building_id)

    @override
    def perform_update(self, serializer: BaseSerializer[Member]) -> None:
        member_id = self.kwargs["member_id"]
        # A PATCH that names nothing changes nothing.
        if serializer.validated_data:
            services.change_role(
                building_id=self.building_id, member_id=member_id, **serializer.validated_data
            )
        serializer.instance = self.reread(member_id)

    @override
    def perform_destroy(self, instance: Member) -> None:
        services.remove_member(building_id=self.building_id, member_id=self.kwargs["member_id"])
