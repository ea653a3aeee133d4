"""Reads of buildings, each scoped by its viewer: what a stranger asks for is not there."""

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from django.db.models import F, Manager, Model, QuerySet

from apps.accounts.selectors import users_by_ids
from apps.buildings.models import (
    Building,
    Comment,
    Invitation,
    MaintenanceRequest,
    Member,
    Unit,
)
from apps.buildings.types import Membership, Role
from apps.kernel.errors import NotFound
from apps.kernel.prepared import PreparedQuery

Row = TypeVar("Row", bound=Model)

# Asked with every request about a building.
_membership = PreparedQuery(
    lambda user_id, building_id: Member.objects.filter(
        user_id=user_id, building__public_id=building_id
    ).values_list("role"),
    user_id=int,
    building_id=UUID,
)
_whereabouts = PreparedQuery(
    lambda user_id, building_id: Member.objects.filter(
        user_id=user_id, building__public_id=building_id
    ).values_list("building_id", "user__public_id"),
    user_id=int,
    building_id=UUID,
)


def found(rows: Manager[Row] | QuerySet[Row], **which: object) -> Row:
    """Return the one row; raises NotFound."""
    row = rows.filter(**which).first()
    if row is None:
        raise NotFound
    return row


def membership(*, user_id: int, building_id: UUID) -> Membership:
    """Return what the user is in the building; raises NotFound for a stranger."""
    found = _membership.first(user_id=user_id, building_id=building_id)
    if found is None:
        raise NotFound
    return Membership(building_id=building_id, user_id=user_id, role=Role(found[0]))


def place_of(*, user_id: int, building_id: UUID) -> tuple[int, UUID]:
    """Return a member's building by its internal id, and the user by the public one.

    Raises NotFound for a stranger.
    """
    found = _whereabouts.first(user_id=user_id, building_id=building_id)
    if found is None:
        raise NotFound
    return found[0], found[1]


def members_among(*, building_id: UUID, user_ids: Collection[int]) -> set[int]:
    """Return which of the users are members of the building."""
    members = Member.objects.filter(building__public_id=building_id, user_id__in=user_ids)
    return set(members.values_list("user_id", flat=True))


def caretakers_of(*, building_id: UUID) -> list[UUID]:
    """Return the public ids of the building's owners and managers."""
    members = Member.objects.filter(
        building__public_id=building_id, role__in=(Role.OWNER, Role.MANAGER)
    )
    return list(members.values_list("user__public_id", flat=True))


def buildings_of(*, user_id: int) -> QuerySet[Building]:
    """Buildings the user belongs to, each with the user's ``role`` in it."""
    return Building.objects.filter(members__user_id=user_id).annotate(role=F("members__role"))


def units_of(*, user_id: int, building_id: UUID) -> QuerySet[Unit]:
    """Units of one of the user's buildings."""
    return Unit.objects.filter(building__public_id=building_id, building__members__user_id=user_id)


def members_of(*, user_id: int, building_id: UUID) -> QuerySet[Member]:
    """Members of one of the user's buildings, with the person behind each."""
    return Member.objects.filter(
        building__public_id=building_id, building__members__user_id=user_id
    ).select_related("user")


def invitations_of(*, user_id: int, building_id: UUID) -> QuerySet[Invitation]:
    """Pending invitations to one of the user's buildings."""
    return Invitation.objects.filter(
        building__public_id=building_id, building__members__user_id=user_id
    ).select_related("building")


def invitations_to(*, user_id: int) -> QuerySet[Invitation]:
    """Pending invitations to the user's address, which is verified before anybody signs in."""
    addresses = [user.email for user in users_by_ids([user_id]).values()]
    return Invitation.objects.filter(email__in=addresses).select_related("building")


def requests_of(*, user_id: int, building_id: UUID) -> QuerySet[MaintenanceRequest]:
    """Maintenance requests of one of the user's buildings, with their unit and author."""
    return MaintenanceRequest.objects.filter(
        building__public_id=building_id, building__members__user_id=user_id
    ).select_related("unit", "author")


def comments_on(*, user_id: int, building_id: UUID, request_id: UUID) -> QuerySet[Comment]:
    """Comments on a request of one of the user's buildings; raises NotFound without it."""
    requests = requests_of(user_id=user_id, building_id=building_id)
    request = found(requests, public_id=request_id)
    return request.comments.select_related("author")
