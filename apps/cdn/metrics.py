"""The metrics of the CDN: what it was told, what came of it, and what it was not yet told."""

from apps.cdn.types import CdnState
from apps.observability.ports import counter, declare
from apps.observability.types import Metric

REQUESTS = counter(
    "mainstay_cdn_purge_requests_total",
    "Requests for purges to the CDN: taken, refused, or not taken (to be sent again).",
    ("outcome",),
)
FINISHED = counter(
    "mainstay_cdn_purges_total", "Purges that are over: done, or refused by the CDN.", ("outcome",)
)
HINTS_LOST = counter(
    "mainstay_cdn_hints_lost_total",
    "Wake-ups of a worker that Redis did not take; the beat finds the purges later.",
)
_PENDING = declare("mainstay_cdn_purges_pending", "gauge", "Purges that are not over.")
_OLDEST = declare(
    "mainstay_cdn_oldest_purge_seconds",
    "gauge",
    "How long the first purge waits that the CDN was never told of.",
)


def of_state(state: CdnState) -> dict[Metric, float]:
    """Return the gauges of what waits."""
    return {_PENDING: state.pending, _OLDEST: state.oldest_seconds}
