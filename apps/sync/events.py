"""What happens while syncing."""

from uuid import UUID

from apps.events.types import Event


class ChangesPushed(Event, topic="sync.changes.pushed", personal={"user_id": "user_id"}):
    """A device has pushed changes, and some were taken."""

    user_id: UUID
    installation_id: str
    tables: list[str]
    operations: int


class ConflictRecorded(
    Event,
    topic="sync.conflict.recorded",
    personal={"user_id": "user_id"},
    ordering="conflict_id",
):
    """Two versions of a row wait for somebody's decision."""

    conflict_id: UUID
    user_id: UUID
    table: str
    record_id: str
    kind: str


class ConflictResolved(
    Event,
    topic="sync.conflict.resolved",
    personal={"user_id": "user_id"},
    ordering="conflict_id",
):
    """Somebody has decided between two versions of a row."""

    conflict_id: UUID
    user_id: UUID
    table: str
    record_id: str
    resolution: str
