"""What clients hold copies of, and how they change it: by the services and roles of REST."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from apps.buildings import services
from apps.buildings.models import Building, Comment, MaintenanceRequest, Member, Unit
from apps.buildings.selectors import membership
from apps.buildings.services.comments import NewComment
from apps.buildings.services.maintenance import NewRequest, RequestChanges, RequestKey
from apps.buildings.types import Membership, Role, Status
from apps.kernel.errors import Forbidden, NotFound
from apps.kernel.prepared import PreparedQuery
from apps.sync.ports import Column, SyncedTable
from apps.sync.types import Kind, Policy

_unit_place = PreparedQuery(
    lambda record_id: Unit.objects.filter(public_id=record_id).values_list("building__public_id"),
    record_id=UUID,
)
# Who wrote a row, where, and what the one who asks is there.
_request_place = PreparedQuery(
    lambda record_id, user_id: MaintenanceRequest.objects.filter(
        public_id=record_id, building__members__user_id=user_id
    ).values_list("building__public_id", "author_id", "building__members__role"),
    record_id=UUID,
    user_id=int,
)
_comment_place = PreparedQuery(
    lambda record_id, user_id: Comment.objects.filter(
        public_id=record_id, request__building__members__user_id=user_id
    ).values_list(
        "request__building__public_id",
        "author_id",
        "request__building__members__role",
        "request__public_id",
    ),
    record_id=UUID,
    user_id=int,
)


class BuildingWriter:
    """Whoever creates a building owns it; owners change and delete it."""

    def create(self, user_id: int, values: Mapping[str, Any]) -> UUID:
        """Create a building."""
        return services.create_building(owner_id=user_id, **values)

    def update(self, user_id: int, record_id: UUID, values: Mapping[str, Any]) -> None:
        """Change a building."""
        _refuse_below(Role.OWNER, user_id, record_id)
        services.update_building(building_id=record_id, **values)

    def delete(self, user_id: int, record_id: UUID) -> None:
        """Delete a building with all that is in it."""
        _refuse_below(Role.OWNER, user_id, record_id)
        services.delete_building(building_id=record_id)


class UnitWriter:
    """Managers tend units."""

    def create(self, user_id: int, values: Mapping[str, Any]) -> UUID:
        """Add a unit."""
        _refuse_below(Role.MANAGER, user_id, values["building_id"])
        return services.add_unit(**values)

    def update(self, user_id: int, record_id: UUID, values: Mapping[str, Any]) -> None:
        """Change a unit."""
        building_id = self._tended(user_id, record_id)
        services.update_unit(building_id=building_id, unit_id=record_id, **values)

    def delete(self, user_id: int, record_id: UUID) -> None:
        """Remove a unit; its requests stay."""
        building_id = self._tended(user_id, record_id)
        services.remove_unit(building_id=building_id, unit_id=record_id)

    def _tended(self, user_id: int, unit_id: UUID) -> UUID:
        found = _unit_place.first(record_id=unit_id)
        if found is None:
            raise NotFound
        building_id: UUID = found[0]
        _refuse_below(Role.MANAGER, user_id, building_id)
        return building_id


class RequestWriter:
    """Every member opens requests; their authors and managers tend them. They are never deleted."""

    def create(self, user_id: int, values: Mapping[str, Any]) -> UUID:
        """Open a request; whatever status its client gave it, it begins as an open one."""
        return services.open_request(author_id=user_id, **_new_request(values))

    def create_all(self, user_id: int, rows: Sequence[Mapping[str, Any]]) -> list[UUID]:
        """Open requests."""
        new = [_new_request(values) for values in rows]
        return services.open_requests(author_id=user_id, requests=new)

    def update(self, user_id: int, record_id: UUID, values: Mapping[str, Any]) -> None:
        """Change a request, and take it to its next status."""
        found = _request_place.first(record_id=record_id, user_id=user_id)
        building_id, author_id, role = found or _missing()
        _refuse_others(user_id, author_id, role, building_id)
        changes = dict(values)
        status = changes.pop("status", None)
        if changes:
            services.update_request(building_id=building_id, request_id=record_id, **changes)
        if status is not None:
            services.change_status(
                building_id=building_id,
                request_id=record_id,
                user_id=user_id,
                status=Status(status),
            )

    def update_all(self, user_id: int, changes: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Change requests and take them to their next status."""
        places = _places_of_requests(user_id, changes.keys())
        for building_id, author_id, role in places.values():
            _refuse_others(user_id, author_id, role, building_id)
        for sort, run in groupby(changes, lambda record_id: _sort_of(changes[record_id])):
            by_key = {(places[record_id][0], record_id): changes[record_id] for record_id in run}
            if sort == "fields":
                services.update_requests(changes=cast("dict[RequestKey, RequestChanges]", by_key))
            elif sort == "status":
                statuses = {key: Status(by_key[key]["status"]) for key in by_key}
                services.change_statuses(user_id=user_id, statuses=statuses)
            else:
                for (_, record_id), values in by_key.items():
                    self.update(user_id, record_id, values)

    def delete(self, user_id: int, record_id: UUID) -> None:
        """Refuse: what was broken stays known."""
        raise Forbidden("Requests are closed, not deleted.")


class CommentWriter:
    """Every member comments; authors and managers withdraw, and nobody changes what was said."""

    def create(self, user_id: int, values: Mapping[str, Any]) -> UUID:
        """Comment on a request."""
        found = _request_place.first(record_id=values["request_id"], user_id=user_id)
        building_id, _, _ = found or _missing()
        return services.add_comment(building_id=building_id, author_id=user_id, **values)

    def create_all(self, user_id: int, rows: Sequence[Mapping[str, Any]]) -> list[UUID]:
        """Comment on requests."""
        places = _places_of_requests(user_id, {values["request_id"] for values in rows})
        comments = [
            NewComment(
                building_id=places[values["request_id"]][0],
                request_id=values["request_id"],
                text=values["text"],
            )
            for values in rows
        ]
        return services.add_comments(author_id=user_id, comments=comments)

    def update(self, user_id: int, record_id: UUID, values: Mapping[str, Any]) -> None:
        """Refuse: all its columns are fixed, so nothing comes here."""
        raise Forbidden("Comments are withdrawn, not changed.")

    def delete(self, user_id: int, record_id: UUID) -> None:
        """Withdraw a comment."""
        found = _comment_place.first(record_id=record_id, user_id=user_id)
        building_id, author_id, role, request_id = found or _missing()
        _refuse_others(user_id, author_id, role, building_id)
        services.remove_comment(
            building_id=building_id, request_id=request_id, comment_id=record_id
        )


def _new_request(values: Mapping[str, Any]) -> NewRequest:
    new: Any = {name: value for name, value in values.items() if name != "status"}
    return cast("NewRequest", new)


def _sort_of(values: Mapping[str, Any]) -> str:
    """Return which service changes a request so: one of the two, or one after the other."""
    if "status" not in values:
        return "fields"
    return "status" if len(values) == 1 else "both"


def _places_of_requests(
    user_id: int, request_ids: Collection[UUID]
) -> dict[UUID, tuple[UUID, int | None, str]]:
    """Return building, author and what the user is there, of each; raises NotFound."""
    rows = MaintenanceRequest.objects.filter(
        public_id__in=request_ids, building__members__user_id=user_id
    )
    found = rows.values_list(
        "public_id", "building__public_id", "author_id", "building__members__role"
    )
    places: dict[UUID, tuple[UUID, int | None, str]] = {row[0]: row[1:] for row in found}
    if len(places) < len(request_ids):
        raise NotFound
    return places


def _missing() -> Any:
    raise NotFound


def _refuse_below(role: Role, user_id: int, building_id: UUID) -> None:
    """Raise Forbidden for members in lower roles; NotFound for a stranger."""
    if not membership(user_id=user_id, building_id=building_id).may_act_as(role):
        raise Forbidden


def _refuse_others(user_id: int, author_id: int | None, role: str, building_id: UUID) -> None:
    """Raise Forbidden for all but the author of a row and managers (`api.permissions.OwnRow`)."""
    member = Membership(building_id=building_id, user_id=user_id, role=Role(role))
    if author_id != user_id and not member.may_act_as(Role.MANAGER):
        raise Forbidden


_BUILDING = Column(name="building_id", kind=Kind.REFERENCE, source="building", is_fixed=True)
_CREATED_AT = Column(name="created_at", kind=Kind.TIME, is_writable=False)
_UPDATED_AT = Column(name="updated_at", kind=Kind.TIME, is_writable=False)
_AUTHOR = (
    Column(name="author_id", source="author__public_id", is_writable=False),
    Column(name="author_name", source="author__name", is_writable=False),
)
SYNCED_TABLES = (
    SyncedTable(
        name="buildings",
        model=Building,
        writer=BuildingWriter(),
        columns=(Column(name="name"), Column(name="address"), _CREATED_AT, _UPDATED_AT),
    ),
    SyncedTable(
        name="units",
        model=Unit,
        writer=UnitWriter(),
        rank=1,
        columns=(
            _BUILDING,
            Column(name="label"),
            Column(name="floor", kind=Kind.NUMBER, is_optional=True),
            # Said to each other in passing; whoever comes adds to it.
            Column(name="notes", policy=Policy.MERGE),
            _CREATED_AT,
            _UPDATED_AT,
        ),
    ),
    SyncedTable(
        name="members",
        model=Member,
        rank=1,
        columns=(
            _BUILDING,
            Column(name="user_id", source="user__public_id", is_writable=False),
            Column(name="name", source="user__name", is_writable=False),
            Column(name="role", is_writable=False),
        ),
    ),
    SyncedTable(
        name="requests",
        model=MaintenanceRequest,
        writer=RequestWriter(),
        rank=2,
        columns=(
            _BUILDING,
            Column(name="unit_id", kind=Kind.REFERENCE, source="unit", is_optional=True),
            Column(name="title"),
            # Two who describe one fault differently are both right until somebody reads them.
            Column(name="description", policy=Policy.MANUAL),
            Column(name="status", policy=Policy.MANUAL),
            Column(name="priority"),
            *_AUTHOR,
            _CREATED_AT,
            _UPDATED_AT,
        ),
    ),
    SyncedTable(
        name="comments",
        model=Comment,
        writer=CommentWriter(),
        rank=3,
        columns=(
            Column(name="request_id", kind=Kind.REFERENCE, source="request", is_fixed=True),
            *_AUTHOR,
            Column(name="text", is_fixed=True),
            _CREATED_AT,
        ),
    ),
)
