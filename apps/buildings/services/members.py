"""Changing the roles of members, and letting them go."""

from uuid import UUID

from django.db import transaction

from apps.buildings.errors import LastOwner
from apps.buildings.events import MemberRemoved, MemberRoleChanged
from apps.buildings.models import Building, Member
from apps.buildings.scopes import everyone_in
from apps.buildings.services.rows import changed, held
from apps.buildings.types import Role
from apps.events.services import announce


@transaction.atomic
def change_role(*, building_id: UUID, member_id: UUID, role: Role) -> None:
    """Give a member another role. Raises LastOwner; announces MemberRoleChanged.

    Holds the building, so that two owners cannot demote each other at once.
    """
    building = held(Building.objects, public_id=building_id)
    member = held(Member.objects, building=building, user__public_id=member_id)
    if role != Role.OWNER:
        _refuse_last_owner(building, member)
    if changed(member, role=role):
        announce(
            MemberRoleChanged(
                audience=everyone_in(building_id),
                building_id=building_id,
                user_id=member_id,
                role=role,
            )
        )


@transaction.atomic
def remove_member(*, building_id: UUID, member_id: UUID) -> None:
    """Let a member go, who may be the one who asks. Raises LastOwner; announces MemberRemoved.

    Holds the building, so that two owners cannot remove each other at once.
    """
    building = held(Building.objects, public_id=building_id)
    member = held(Member.objects, building=building, user__public_id=member_id)
    _refuse_last_owner(building, member)
    member.delete()
    announce(
        MemberRemoved(
            audience=everyone_in(building_id, and_users=[member_id]),
            building_id=building_id,
            user_id=member_id,
        )
    )


def _refuse_last_owner(building: Building, member: Member) -> None:
    """Raise LastOwner if the building, which the caller holds, has no other owner."""
    others = building.members.exclude(pk=member.pk)
    if member.role == Role.OWNER and not others.filter(role=Role.OWNER).exists():
        raise LastOwner("Make another member an owner first.")
