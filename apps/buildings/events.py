"""What happens in buildings; everyone in the building may hear of it (see `plugs`)."""

from uuid import UUID

from apps.events.types import Event


class BuildingCreated(Event, topic="buildings.building.created"):
    """A building was created."""

    building_id: UUID
    name: str


class BuildingUpdated(Event, topic="buildings.building.updated"):
    """A building's name or address changed."""

    building_id: UUID
    name: str


class BuildingDeleted(Event, topic="buildings.building.deleted"):
    """A building is gone, with all that was in it; its members are named one by one."""

    building_id: UUID
    name: str


class UnitAdded(Event, topic="buildings.unit.added"):
    """A building has one more unit."""

    building_id: UUID
    unit_id: UUID
    label: str


class UnitUpdated(Event, topic="buildings.unit.updated"):
    """A unit's label, floor or notes changed."""

    building_id: UUID
    unit_id: UUID
    label: str


class UnitRemoved(Event, topic="buildings.unit.removed"):
    """A unit is gone; its maintenance requests stay with the building."""

    building_id: UUID
    unit_id: UUID
    label: str


class MemberInvited(Event, topic="buildings.member.invited"):
    """Somebody was invited; to which address is for the inviter and the invited alone."""

    building_id: UUID
    invitation_id: UUID
    role: str


class InvitationEnded(Event, topic="buildings.invitation.ended"):
    """An invitation was declined by the invited or withdrawn by the building."""

    building_id: UUID
    invitation_id: UUID


class MemberJoined(Event, topic="buildings.member.joined", personal={"user_id": "user_id"}):
    """Somebody took up an invitation."""

    building_id: UUID
    user_id: UUID
    role: str


class MemberRoleChanged(
    Event, topic="buildings.member.role_changed", personal={"user_id": "user_id"}
):
    """A member is something else to the building from now on."""

    building_id: UUID
    user_id: UUID
    role: str


class MemberRemoved(Event, topic="buildings.member.removed", personal={"user_id": "user_id"}):
    """A member left or was removed."""

    building_id: UUID
    user_id: UUID


class MaintenanceRequestOpened(
    Event,
    topic="buildings.request.opened",
    personal={"author_id": "author_id", "title": "author_id"},
):
    """Somebody reported that something is broken."""

    building_id: UUID
    request_id: UUID
    unit_id: UUID | None
    author_id: UUID
    title: str
    priority: str


class MaintenanceRequestUpdated(Event, topic="buildings.request.updated"):
    """The wording, place or priority of a maintenance request changed."""

    building_id: UUID
    request_id: UUID


class MaintenanceRequestStatusChanged(Event, topic="buildings.request.status_changed"):
    """A maintenance request went from one status to the next."""

    building_id: UUID
    request_id: UUID
    previous: str
    status: str


class CommentAdded(Event, topic="buildings.comment.added", personal={"author_id": "author_id"}):
    """Somebody commented on a maintenance request."""

    building_id: UUID
    request_id: UUID
    comment_id: UUID
    author_id: UUID


class CommentRemoved(Event, topic="buildings.comment.removed"):
    """A comment was withdrawn."""

    building_id: UUID
    request_id: UUID
    comment_id: UUID
