"""What other apps may ask the watch: headers for a call to another system, and the metrics."""

from apps.kernel import context
from apps.observability.ports import declared
from apps.observability.types import Metric


def outbound_headers() -> dict[str, str]:
    """Headers that carry the present correlation into one call: ask anew for each call.

    Every call is a span of its own in the same trace (W3C Trace Context).
    """
    child = context.current().child()
    return {"traceparent": child.traceparent, "X-Request-ID": child.correlation_id}


def declared_metrics() -> list[Metric]:
    """Every metric Mainstay exposes, sorted by name."""
    return declared()
