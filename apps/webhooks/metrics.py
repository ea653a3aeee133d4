"""The metrics of webhooks: what came of attempts, and how much waits."""

from prometheus_client import Gauge

from apps.observability.ports import counter, declare
from apps.webhooks.types import Backlog

ATTEMPTS = counter(
    "mainstay_webhook_attempts_total",
    "Attempts to deliver a webhook: succeeded, to be retried (pending), or given up (failed).",
    ("outcome",),
)
HINTS_LOST = counter(
    "mainstay_webhook_hints_lost_total",
    "Wake-ups of a worker that Redis did not take; the beat finds the deliveries later.",
)
_PENDING = declare(
    "mainstay_webhook_deliveries_pending", "gauge", "Deliveries that are neither done nor given up."
)
_OLDEST = declare(
    "mainstay_webhook_oldest_due_seconds", "gauge", "How long the longest overdue delivery waits."
)

# Set by whichever worker measured last; a sum over processes would count it twice.
_pending = Gauge(_PENDING.name, _PENDING.about, multiprocess_mode="livemostrecent")
_oldest = Gauge(_OLDEST.name, _OLDEST.about, multiprocess_mode="livemostrecent")


def tell_backlog(backlog: Backlog) -> None:
    """Set the gauges of what waits."""
    _pending.set(backlog.pending)
    _oldest.set(backlog.oldest_due_seconds)
