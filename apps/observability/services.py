"""What other apps may tell the watch: failures and calls to other systems."""

from typing import Literal

import structlog

from apps.observability import measures
from apps.observability.failures import type_name
from apps.observability.metrics import OUTBOUND_CALLS, OUTBOUND_SECONDS, count_exception

log = structlog.get_logger("observability")

OutboundOutcome = Literal["answered", "failed", "refused"]


def record_failure(
    event: str, exception: BaseException, *, where: str, **attributes: object
) -> None:
    """Log and count an exception that ended a piece of work, with its fingerprint and stack.

    ``where`` names the kind of work (http, task, consumer) and must be bounded.
    """
    count_exception(where, type_name(exception))
    log.error(event, exc_info=exception, **attributes)


def record_outbound_call(*, purpose: str, outcome: OutboundOutcome, seconds: float) -> None:
    """Count a call to another system, for the metrics and for the request or task it is part of.

    ``purpose`` says what the call was for (webhooks, push) and must be bounded.
    """
    OUTBOUND_CALLS.labels(purpose, outcome).inc()
    OUTBOUND_SECONDS.labels(purpose).observe(seconds)
    current = measures.current()
    if current is not None:
        current.outbound_count += 1
        current.outbound_seconds += seconds
