"""What waits for somebody: conflicts for a decision, operations for another try."""

from dataclasses import dataclass

from apps.sync.models import PushedOperation, SyncConflict
from apps.sync.types import ConflictState


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How much waits."""

    open_conflicts: int
    queued: int


def backlog() -> Backlog:
    """Return what waits now."""
    return Backlog(
        open_conflicts=SyncConflict.objects.filter(settled=ConflictState.OPEN).count(),
        queued=PushedOperation.objects.filter(due_at__isnull=False).count(),
    )
