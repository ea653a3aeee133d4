"""The metrics of webhooks: what came of attempts, and how much waits."""

from apps.observability.ports import counter, declare
from apps.observability.types import Metric
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


def of_backlog(backlog: Backlog) -> dict[Metric, float]:
    """Return the gauges of what waits."""
    return {_PENDING: backlog.pending, _OLDEST: backlog.oldest_due_seconds}
