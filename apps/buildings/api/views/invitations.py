"""Invitations: those a building has sent, and those that wait for the one who asks."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from typing_extensions import override

from apps.api.permissions import SignedIn
from apps.api.schema import raises
from apps.api.views import ResourceViewSet
from apps.buildings import selectors, services
from apps.buildings.api.serializers import BuildingOut, InvitationIn, InvitationOut
from apps.buildings.api.views.base import InBuilding
from apps.buildings.errors import AlreadyInvited, AlreadyMember, RoleNotYours
from apps.buildings.models import Building, Invitation
from apps.buildings.types import Role


@extend_schema_view(
    list=extend_schema(summary="List the pending invitations of a building"),
    create=extend_schema(
        summary="Invite somebody by e-mail",
        extensions=raises(AlreadyInvited, AlreadyMember, RoleNotYours),
    ),
    destroy=extend_schema(summary="Withdraw an invitation"),
)
class InvitationViewSet(
    CreateModelMixin, ListModelMixin, DestroyModelMixin, InBuilding[Invitation]
):
    """Managers invite residents, owners invite anybody."""

    lookup_url_kwarg = "invitation_id"
    input_serializer = InvitationIn
    output_serializer = InvitationOut
    least_role = {"list": Role.MANAGER, "create": Role.MANAGER, "destroy": Role.MANAGER}

    @override
    def get_queryset(self) -> QuerySet[Invitation]:
        return selectors.invitations_of(user_id=self.viewer_id, building_id=self.building_id)

    @override
    def perform_create(self, serializer: BaseSerializer[Invitation]) -> None:
        sent = services.invite_member(
            building_id=self.building_id, inviter_id=self.viewer_id, **serializer.validated_data
        )
        serializer.instance = self.reread(sent)

    @override
    def perform_destroy(self, instance: Invitation) -> None:
        services.withdraw_invitation(building_id=self.building_id, invitation_id=instance.public_id)


@extend_schema_view(
    list=extend_schema(summary="List the invitations to me"),
    destroy=extend_schema(summary="Decline an invitation"),
)
class MyInvitationViewSet(ListModelMixin, DestroyModelMixin, ResourceViewSet[Invitation]):
    """Invitations to the verified address of the one who asks."""

    permission_classes = (SignedIn,)
    lookup_url_kwarg = "invitation_id"
    output_serializer = InvitationOut
    building_serializer: type[BaseSerializer[Building]] = BuildingOut

    @override
    def get_queryset(self) -> QuerySet[Invitation]:
        return selectors.invitations_to(user_id=self.viewer_id)

    @extend_schema(
        summary="Accept an invitation",
        request=None,
        responses=BuildingOut,
        extensions=raises(AlreadyMember),
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, invitation_id: UUID) -> Response:
        """Join the building; the response shows it."""
        joined = services.accept_invitation(invitation_id=invitation_id, user_id=self.viewer_id)
        building = selectors.buildings_of(user_id=self.viewer_id).get(public_id=joined)
        return Response(self.building_serializer(building).data)

    @override
    def perform_destroy(self, instance: Invitation) -> None:
        services.decline_invitation(invitation_id=instance.public_id, user_id=self.viewer_id)
