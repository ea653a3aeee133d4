"""What an answer means: delivered, try again and when, or given up, and the sentence for why."""

from collections.abc import Sequence
from datetime import datetime

from apps.kernel.retry_after import asked_pause
from apps.webhooks.backoff import pause_before_retry
from apps.webhooks.types import Answer, DeliveryState, Verdict

_GONE = 410
_BUSY = frozenset({429, 503})


def verdict_on(
    answer: Answer, *, retries_used: int, schedule: Sequence[float], now: datetime
) -> Verdict:
    """Judge one attempt by the rules of Standard Webhooks 1.0.0."""
    if answer.status is not None and 200 <= answer.status < 300:
        return Verdict(state=DeliveryState.SUCCEEDED, reason=f"Answered {answer.status}.")
    if answer.status == _GONE:
        return Verdict(
            state=DeliveryState.FAILED,
            reason="Answered 410: the endpoint wants no more events and was disabled.",
            is_endpoint_gone=True,
        )
    asked = asked_pause(_header(answer, "retry-after"), now=now)
    pause = pause_before_retry(retries_used=retries_used, schedule=schedule, asked_seconds=asked)
    if answer.is_final or pause is None:
        return Verdict(
            state=DeliveryState.FAILED,
            reason=f"{_what_happened(answer)} {_why_no_more(answer, retries_used)}",
        )
    return Verdict(
        state=DeliveryState.PENDING,
        reason=f"{_what_happened(answer)} {_what_follows(pause, asked)}",
        pause_seconds=pause,
        is_endpoint_busy=answer.status in _BUSY,
    )


def _what_happened(answer: Answer) -> str:
    if answer.status is None:
        return answer.detail
    if 300 <= answer.status < 400:
        return f"Answered {answer.status}: redirects are not followed, register the final URL."
    return f"Answered {answer.status}."


def _what_follows(pause: float, asked: float | None) -> str:
    request = ", as Retry-After asked" if asked is not None and pause == asked else ""
    return f"Next attempt in {_readable(pause)}{request}."


def _why_no_more(answer: Answer, retries_used: int) -> str:
    if answer.is_final:
        return "Trying again would not help."
    return f"Given up after {retries_used + 1} attempts."


def _readable(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _header(answer: Answer, name: str) -> str | None:
    return next((value for key, value in answer.response_headers if key.lower() == name), None)
