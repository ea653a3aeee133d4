"""What other apps may tell the watch: their calls to other systems, and waits for the cache."""

from typing import Literal

from apps.observability import measures
from apps.observability.metrics import outbound_series

OutboundOutcome = Literal["answered", "failed", "refused"]


def record_outbound_call(*, purpose: str, outcome: OutboundOutcome, seconds: float) -> None:
    """Count a call to another system, for the metrics and for the request or task it is part of.

    ``purpose`` says what the call was for (webhooks, push) and must be bounded.
    """
    count, duration = outbound_series(purpose, outcome)
    count.inc()
    duration.observe(seconds)
    current = measures.current()
    if current is not None:
        current.outbound_count += 1
        current.outbound_seconds += seconds


def record_cache_wait(seconds: float) -> None:
    """Count time spent waiting for Redis, for the request or task it is part of."""
    current = measures.current()
    if current is not None:
        current.cache_seconds += seconds
