"""How many files and renditions wait for a worker, and since when."""

from dataclasses import dataclass

from django.db.models import Count, Min

from apps.files.models import File, Rendition
from apps.files.types import FileState, RenditionState
from apps.kernel.clock import now


@dataclass(frozen=True, kw_only=True)
class CheckBacklog:
    """What waits to be looked through, and what was given up."""

    pending: int
    oldest_seconds: float
    given_up: int


def check_backlog() -> CheckBacklog:
    """Return what waits now."""
    waiting = File.objects.filter(state=FileState.PENDING).aggregate(
        pending=Count("pk"), oldest=Min("created_at")
    )
    oldest = waiting["oldest"]
    return CheckBacklog(
        pending=waiting["pending"],
        oldest_seconds=(now() - oldest).total_seconds() if oldest else 0.0,
        given_up=File.objects.filter(state=FileState.ERROR).count(),
    )


@dataclass(frozen=True, kw_only=True)
class RenditionBacklog:
    """What is still to be made of pictures."""

    pending: int
    oldest_due_seconds: float


def rendition_backlog() -> RenditionBacklog:
    """Return what is still to be made now."""
    waiting = Rendition.objects.filter(state=RenditionState.PENDING).aggregate(
        pending=Count("pk"), oldest=Min("due_at")
    )
    oldest = waiting["oldest"]
    return RenditionBacklog(
        pending=waiting["pending"],
        oldest_due_seconds=max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0,
    )
