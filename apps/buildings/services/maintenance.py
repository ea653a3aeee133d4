"""Opening maintenance requests and taking them through their life."""

from typing import TypedDict
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from typing_extensions import Unpack

from apps.buildings.errors import StatusNotYours, TransitionNotAllowed
from apps.buildings.events import (
    MaintenanceRequestOpened,
    MaintenanceRequestStatusChanged,
    MaintenanceRequestUpdated,
)
from apps.buildings.models import Building, MaintenanceRequest, Unit
from apps.buildings.scopes import everyone_in
from apps.buildings.selectors import membership, place_of
from apps.buildings.services.rows import changed, held
from apps.buildings.types import Membership, Priority, Role, Status
from apps.buildings.workflow import FOR_THE_AUTHOR, may_follow
from apps.events.services import announce
from apps.kernel.errors import Invalid, NotFound
from apps.kernel.prepared import PreparedInsert, PreparedQuery
from apps.kernel.transactions import joining

# What is written most.
_insert = PreparedInsert(MaintenanceRequest)
_HELD_FIELDS = (
    *("id", "public_id", "building_id", "unit_id", "author_id"),
    *("title", "description", "status", "priority"),
)
_request = PreparedQuery(
    lambda building_id, request_id: (
        MaintenanceRequest.objects.filter(
            # A subquery, so that the building is not locked with it.
            building__in=Building.objects.filter(public_id=building_id).values("pk"),
            public_id=request_id,
        )
        .select_for_update(no_key=True)
        .order_by()
        .values_list(*_HELD_FIELDS)
    ),
    building_id=UUID,
    request_id=UUID,
)


class RequestChanges(TypedDict, total=False):
    """What may be changed about a maintenance request; its status has rules of its own."""

    title: str
    description: str
    priority: Priority
    unit_id: UUID | None


@joining
def open_request(
    *,
    building_id: UUID,
    author_id: int,
    title: str,
    description: str = "",
    priority: Priority = Priority.NORMAL,
    unit_id: UUID | None = None,
) -> UUID:
    """Report that something is broken. Announces MaintenanceRequestOpened."""
    internal_building_id, author_public_id = place_of(user_id=author_id, building_id=building_id)
    request = MaintenanceRequest(
        building_id=internal_building_id,
        unit=_unit(building_id, unit_id),
        author_id=author_id,
        title=title,
        description=description,
        priority=priority,
    )
    _insert(request)
    announce(
        MaintenanceRequestOpened(
            audience=everyone_in(building_id),
            building_id=building_id,
            request_id=request.public_id,
            unit_id=unit_id,
            author_id=author_public_id,
            title=title,
            priority=priority,
        )
    )
    return request.public_id


@joining
def update_request(
    *, building_id: UUID, request_id: UUID, **changes: Unpack[RequestChanges]
) -> None:
    """Change a request. Announces MaintenanceRequestUpdated if anything differs."""
    new: dict[str, object] = dict(changes)
    if "unit_id" in changes:
        # The unit before its requests, in the order of those who remove it.
        del new["unit_id"]
        new["unit"] = _unit(building_id, changes["unit_id"])
    if changed(_held(building_id, request_id), **new):
        announce(
            MaintenanceRequestUpdated(
                audience=everyone_in(building_id), building_id=building_id, request_id=request_id
            )
        )


@joining
def change_status(*, building_id: UUID, request_id: UUID, user_id: int, status: Status) -> None:
    """Take a request to its next status. Announces MaintenanceRequestStatusChanged.

    Raises StatusNotYours for a resident who does more than close or reopen an own request, and
    TransitionNotAllowed; so of two who say the same at once, the second is refused.
    """
    request = _held(building_id, request_id)
    _refuse_outsider(request, membership(user_id=user_id, building_id=building_id), status)
    previous = Status(request.status)
    if not may_follow(previous, status):
        raise TransitionNotAllowed(f"A request that is {previous} cannot become {status}.")
    changed(request, status=status)
    announce(
        MaintenanceRequestStatusChanged(
            audience=everyone_in(building_id),
            building_id=building_id,
            request_id=request_id,
            previous=previous,
            status=status,
        )
    )


def _held(building_id: UUID, request_id: UUID) -> MaintenanceRequest:
    """Return a request as `held` does, by a query that is compiled once."""
    values = _request.first(building_id=building_id, request_id=request_id)
    if values is None:
        raise NotFound
    return MaintenanceRequest.from_db(DEFAULT_DB_ALIAS, _HELD_FIELDS, values)


def _refuse_outsider(request: MaintenanceRequest, member: Membership, status: Status) -> None:
    is_authors_say = request.author_id == member.user_id and status in FOR_THE_AUTHOR
    if not (is_authors_say or member.may_act_as(Role.MANAGER)):
        raise StatusNotYours


def _unit(building_id: UUID, unit_id: UUID | None) -> Unit | None:
    """Return the unit, if it is one of this building; raises Invalid if it is not.

    It is held, so that it is not removed before the request is there which names it.
    """
    if unit_id is None:
        return None
    try:
        return held(Unit.objects, building__public_id=building_id, public_id=unit_id)
    except NotFound:
        detail = "Name a unit of this building, or none."
        raise Invalid(errors=[{"field": "unit", "code": "unknown", "detail": detail}]) from None
