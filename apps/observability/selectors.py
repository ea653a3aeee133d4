"""What other apps may ask the watch: headers for a call to another system, and the metrics."""

from collections import defaultdict
from collections.abc import Mapping

from apps.kernel import context
from apps.observability.ports import declared
from apps.observability.totals import totals
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


def counted_by(label: str, *, metric: str) -> Mapping[str, float]:
    """What a counter stands at over all processes that share a folder, by one of its labels.

    Nothing where they do not, or where nothing was counted yet.
    """
    counted = defaultdict[str, float](float)
    for sample in totals():
        if sample.name == metric:
            counted[sample.labels[label]] += sample.value
    return counted
