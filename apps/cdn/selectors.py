"""The reading door of the CDN: purges, and how it fares."""

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet

from apps.cdn.models import Purge, Sender
from apps.cdn.types import CdnState, PurgeState
from apps.kernel import clock


def purges() -> QuerySet[Purge]:
    """All purges on record, newest first."""
    return Purge.objects.order_by("-id")


def has_cdn() -> bool:
    """Tell whether there is a CDN to be told what to forget."""
    return bool(settings.CDN_PROVIDER)


def state() -> CdnState:
    """How the CDN fares, and what it was not yet told."""
    counted = Purge.objects.filter(state=PurgeState.PENDING).aggregate(
        pending=Count("id"), oldest=Min("created_at", filter=Q(taken_at=None))
    )
    sender = Sender.objects.first() or Sender()
    waits = clock.now() - counted["oldest"] if counted["oldest"] else None
    return CdnState(
        pending=counted["pending"],
        oldest_seconds=max(0.0, waits.total_seconds()) if waits else 0.0,
        failing_since=sender.failing_since,
        paused_until=sender.paused_until,
        problem=sender.last_problem,
    )
