"""How much waits to be sent, for whoever watches."""

from django.db.models import Count, Min

from apps.kernel.clock import now
from apps.notifications.models import Delivery, ProviderAccount
from apps.notifications.types import Backlog, DeliveryState


def backlog() -> Backlog:
    """Return how much waits; reads the index of queued deliveries."""
    waiting = Delivery.objects.filter(state=DeliveryState.QUEUED).aggregate(
        queued=Count("*"), oldest=Min("due_at")
    )
    oldest = waiting["oldest"]
    overdue = (now() - oldest).total_seconds() if oldest else 0.0
    return Backlog(
        queued=waiting["queued"],
        oldest_due_seconds=max(0.0, overdue),
        alarmed_accounts=ProviderAccount.objects.exclude(alarmed_at=None).count(),
    )
