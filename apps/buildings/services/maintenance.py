"""Opening maintenance requests and taking them through their life, one or many at once."""

from collections.abc import Collection, Mapping, Sequence
from typing import NotRequired, TypedDict
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
from apps.buildings.services.rows import changed, changed_all, held
from apps.buildings.types import Membership, Priority, Role, Status
from apps.buildings.workflow import FOR_THE_AUTHOR, may_follow
from apps.events.services import announce, announce_all
from apps.kernel.errors import Invalid, NotFound
from apps.kernel.prepared import PreparedQuery
from apps.kernel.prepared_writes import PreparedInsert
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


# A request's building and the request, by their public ids.
RequestKey = tuple[UUID, UUID]


class NewRequest(TypedDict):
    """What `open_request` takes of a request."""

    building_id: UUID
    title: str
    description: NotRequired[str]
    priority: NotRequired[Priority]
    unit_id: NotRequired[UUID | None]


class RequestChanges(TypedDict, total=False):
    """What may be changed about a maintenance request; its status has rules of its own."""

    title: str
    description: str
    priority: Priority
    unit_id: UUID | None


@joining
def open_request(*, author_id: int, **new: Unpack[NewRequest]) -> UUID:
    """Report that something is broken. Announces MaintenanceRequestOpened."""
    place = place_of(user_id=author_id, building_id=new["building_id"])
    unit_id = new.get("unit_id")
    unit = None if unit_id is None else _unit(new["building_id"], unit_id)
    request = _new(new, author_id, place, unit)
    _insert(request)
    announce(_opened(new, request, place))
    return request.public_id


@joining
def open_requests(*, author_id: int, requests: Sequence[NewRequest]) -> list[UUID]:
    """Report many things as `open_request` does one, in their order, with few statements."""
    building_ids = dict.fromkeys(new["building_id"] for new in requests)
    places = {each: place_of(user_id=author_id, building_id=each) for each in building_ids}
    units = _units([(new["building_id"], new.get("unit_id")) for new in requests])
    made = [
        _new(new, author_id, places[new["building_id"]], units[new.get("unit_id")])
        for new in requests
    ]
    _insert.all(made)
    told = zip(requests, made, strict=True)
    announce_all([_opened(new, request, places[new["building_id"]]) for new, request in told])
    return [request.public_id for request in made]


@joining
def update_request(
    *, building_id: UUID, request_id: UUID, **changes: Unpack[RequestChanges]
) -> None:
    """Change a request. Announces MaintenanceRequestUpdated if anything differs."""
    new: dict[str, object] = dict(changes)
    if (unit_id := changes.get("unit_id")) is not None:
        # The unit before its requests, in the order of those who remove it.
        new["unit_id"] = _unit(building_id, unit_id)
    if changed(_held(building_id, request_id), **new):
        announce(_updated((building_id, request_id)))


@joining
def update_requests(*, changes: Mapping[RequestKey, RequestChanges]) -> None:
    """Change many requests as `update_request` does one, in their order, with few statements."""
    units = _units([(key[0], new.get("unit_id")) for key, new in changes.items()])
    requests = _held_all(changes)
    wanted: list[tuple[MaintenanceRequest, Mapping[str, object]]] = [
        (requests[key], {**new, "unit_id": units[new["unit_id"]]} if "unit_id" in new else new)
        for key, new in changes.items()
    ]
    differing = {request.public_id for request in changed_all(wanted)}
    announce_all([_updated(key) for key in changes if key[1] in differing])


@joining
def change_status(*, building_id: UUID, request_id: UUID, user_id: int, status: Status) -> None:
    """Take a request to its next status. Announces MaintenanceRequestStatusChanged.

    Raises StatusNotYours for a resident who does more than close or reopen an own request, and
    TransitionNotAllowed; so of two who say the same at once, the second is refused.
    """
    request = _held(building_id, request_id)
    member = membership(user_id=user_id, building_id=building_id)
    event = _step(request, member, status)
    changed(request, status=status)
    announce(event)


@joining
def change_statuses(*, user_id: int, statuses: Mapping[RequestKey, Status]) -> None:
    """Take many requests on as `change_status` does one, in their order, with few statements."""
    requests = _held_all(statuses)
    building_ids = {building_id for building_id, _ in statuses}
    members = {each: membership(user_id=user_id, building_id=each) for each in building_ids}
    events = [_step(requests[key], members[key[0]], new) for key, new in statuses.items()]
    changed_all([(requests[key], {"status": new}) for key, new in statuses.items()])
    announce_all(events)


def _new(
    new: NewRequest, author_id: int, place: tuple[int, UUID], unit_id: int | None
) -> MaintenanceRequest:
    return MaintenanceRequest(
        building_id=place[0],
        unit_id=unit_id,
        author_id=author_id,
        title=new["title"],
        description=new.get("description", ""),
        priority=new.get("priority", Priority.NORMAL),
    )


def _opened(
    new: NewRequest, request: MaintenanceRequest, place: tuple[int, UUID]
) -> MaintenanceRequestOpened:
    return MaintenanceRequestOpened(
        audience=everyone_in(new["building_id"]),
        building_id=new["building_id"],
        request_id=request.public_id,
        unit_id=new.get("unit_id"),
        author_id=place[1],
        title=request.title,
        priority=request.priority,
    )


def _updated(key: RequestKey) -> MaintenanceRequestUpdated:
    building_id, request_id = key
    return MaintenanceRequestUpdated(
        audience=everyone_in(building_id), building_id=building_id, request_id=request_id
    )


def _step(
    request: MaintenanceRequest, member: Membership, status: Status
) -> MaintenanceRequestStatusChanged:
    """Return what is to be told of a request's step; raises what forbids it."""
    _refuse_outsider(request, member, status)
    previous = Status(request.status)
    if not may_follow(previous, status):
        raise TransitionNotAllowed(f"A request that is {previous} cannot become {status}.")
    return MaintenanceRequestStatusChanged(
        audience=everyone_in(member.building_id),
        building_id=member.building_id,
        request_id=request.public_id,
        previous=previous,
        status=status,
    )


def _held(building_id: UUID, request_id: UUID) -> MaintenanceRequest:
    """Return a request as `held` does, by a query that is compiled once."""
    values = _request.first(building_id=building_id, request_id=request_id)
    if values is None:
        raise NotFound
    return MaintenanceRequest.from_db(DEFAULT_DB_ALIAS, _HELD_FIELDS, values)


def _held_all(keys: Collection[RequestKey]) -> dict[RequestKey, MaintenanceRequest]:
    """Return requests as `held` does; raises NotFound where one is missing."""
    buildings = Building.objects.filter(public_id__in={building_id for building_id, _ in keys})
    places = dict(buildings.values_list("pk", "public_id"))
    rows = MaintenanceRequest.objects.filter(
        building__in=list(places), public_id__in=[request_id for _, request_id in keys]
    )
    # In the order in which everybody locks them.
    held_rows = rows.select_for_update(no_key=True).order_by("pk").only(*_HELD_FIELDS)
    found = {(places[row.building_id], row.public_id): row for row in held_rows}
    if not found.keys() >= set(keys):
        raise NotFound
    return found


def _refuse_outsider(request: MaintenanceRequest, member: Membership, status: Status) -> None:
    is_authors_say = request.author_id == member.user_id and status in FOR_THE_AUTHOR
    if not (is_authors_say or member.may_act_as(Role.MANAGER)):
        raise StatusNotYours


def _unit(building_id: UUID, unit_id: UUID) -> int:
    """Return the unit's internal id, if it is one of this building; raises Invalid if it is not.

    It is held, so that it is not removed before the request is there which names it.
    """
    try:
        return held(Unit.objects, building__public_id=building_id, public_id=unit_id).pk
    except NotFound:
        raise _unknown_unit() from None


def _units(named: Collection[tuple[UUID, UUID | None]]) -> dict[UUID | None, int | None]:
    """Return the units that are named with their buildings, as `_unit` does; None is none."""
    unit_ids = {unit_id for _, unit_id in named if unit_id is not None}
    if not unit_ids:
        return {None: None}
    rows = Unit.objects.filter(public_id__in=unit_ids).order_by("pk")
    rows = rows.select_for_update(of=("self",), no_key=True)
    found = list(rows.values_list("building__public_id", "public_id", "pk"))
    known = {(building_id, unit_id) for building_id, unit_id, _ in found}
    if any(unit_id and (building_id, unit_id) not in known for building_id, unit_id in named):
        raise _unknown_unit()
    return {None: None, **{unit_id: key for _, unit_id, key in found}}


def _unknown_unit() -> Invalid:
    detail = "Name a unit of this building, or none."
    return Invalid(errors=[{"field": "unit", "code": "unknown", "detail": detail}])
