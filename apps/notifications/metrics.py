"""The metrics of notifications: what came of attempts, and how much waits."""

from apps.notifications.types import Backlog
from apps.observability.ports import counter, declare
from apps.observability.types import Metric

ATTEMPTS = counter(
    "mainstay_notification_attempts_total",
    "Attempts to hand a notification to its provider, by provider and what came of them.",
    ("provider", "outcome"),
)
HINTS_LOST = counter(
    "mainstay_notification_hints_lost_total",
    "Wake-ups of a worker that Redis did not take; the beat finds the deliveries later.",
)
_QUEUED = declare(
    "mainstay_notification_deliveries_queued", "gauge", "Deliveries that wait to be sent."
)
_OLDEST = declare(
    "mainstay_notification_oldest_due_seconds",
    "gauge",
    "How long the longest overdue delivery waits.",
)
_ALARMED = declare(
    "mainstay_notification_accounts_alarmed",
    "gauge",
    "Accounts whose provider refuses our keys or settings.",
)


def of_backlog(backlog: Backlog) -> dict[Metric, float]:
    """Return the gauges of what waits."""
    return {
        _QUEUED: backlog.queued,
        _OLDEST: backlog.oldest_due_seconds,
        _ALARMED: backlog.alarmed_accounts,
    }
