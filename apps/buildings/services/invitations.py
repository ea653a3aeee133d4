"""Inviting people by their e-mail address, and what becomes of an invitation."""

from uuid import UUID

from django.db import transaction

from apps.accounts.selectors import canonical_email
from apps.buildings.errors import AlreadyInvited, AlreadyMember, RoleNotYours
from apps.buildings.events import InvitationEnded, MemberInvited, MemberJoined
from apps.buildings.models import Building, Invitation, Member
from apps.buildings.scopes import everyone_in
from apps.buildings.selectors import found, invitations_to
from apps.buildings.services.rows import held
from apps.buildings.types import Role
from apps.events.services import announce


@transaction.atomic
def invite_member(*, building_id: UUID, inviter_id: int, email: str, role: Role) -> UUID:
    """Offer a place in the building to an address. Announces MemberInvited.

    Whether the address has an account does not show: not in what is returned, and not in what
    happens. Raises RoleNotYours, AlreadyMember or AlreadyInvited.
    """
    building = held(Building.objects, public_id=building_id)
    inviter = found(Member.objects, building=building, user_id=inviter_id)
    if role != Role.RESIDENT and inviter.role != Role.OWNER:
        raise RoleNotYours(f"Ask an owner to invite a {role}.")
    email = canonical_email(email)
    if building.members.filter(user__email=email).exists():
        raise AlreadyMember
    if building.invitations.filter(email=email).exists():
        raise AlreadyInvited("Withdraw the pending invitation to send another.")
    invitation = building.invitations.create(email=email, role=role, invited_by_id=inviter_id)
    announce(
        MemberInvited(
            audience=everyone_in(building_id),
            building_id=building_id,
            invitation_id=invitation.public_id,
            role=role,
        )
    )
    return invitation.public_id


@transaction.atomic
def accept_invitation(*, invitation_id: UUID, user_id: int) -> UUID:
    """Join the building the user is invited to, and return the building's id.

    Raises AlreadyMember; announces MemberJoined.
    """
    offer = found(invitations_to(user_id=user_id), public_id=invitation_id)
    # The building first, as everywhere, so that no two wait for each other.
    building = held(Building.objects, pk=offer.building_id)
    invitation = held(Invitation.objects, pk=offer.pk)
    if building.members.filter(user_id=user_id).exists():
        raise AlreadyMember
    member = building.members.create(
        user_id=user_id, role=invitation.role, invited_by_id=invitation.invited_by_id
    )
    invitation.delete()
    announce(
        MemberJoined(
            audience=everyone_in(building.public_id),
            building_id=building.public_id,
            user_id=member.user.public_id,
            role=member.role,
        )
    )
    return building.public_id


@transaction.atomic
def decline_invitation(*, invitation_id: UUID, user_id: int) -> None:
    """Turn down an invitation to the user. Announces InvitationEnded."""
    _end(found(invitations_to(user_id=user_id), public_id=invitation_id))


@transaction.atomic
def withdraw_invitation(*, building_id: UUID, invitation_id: UUID) -> None:
    """Take an invitation back. Announces InvitationEnded."""
    _end(found(Invitation.objects, building__public_id=building_id, public_id=invitation_id))


def _end(offer: Invitation) -> None:
    building = held(Building.objects, pk=offer.building_id)
    invitation = held(Invitation.objects, pk=offer.pk)
    invitation.delete()
    announce(
        InvitationEnded(
            audience=everyone_in(building.public_id),
            building_id=building.public_id,
            invitation_id=offer.public_id,
        )
    )
