"""How many files wait to be looked through, and since when."""

from dataclasses import dataclass

from django.db.models import Count, Min

from apps.files.models import File
from apps.files.types import FileState
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
