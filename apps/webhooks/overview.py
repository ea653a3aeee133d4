"""Webhooks as the operator's start page shows them: what came of attempts, and what waits."""

from collections.abc import Iterator
from datetime import datetime

from apps.console.selectors import attempts_reading, attempts_sampled
from apps.console.types import Reading, Sampled, Tone, Window
from apps.observability.selectors import counted_by
from apps.webhooks.selectors import backlog

_OUTCOMES = {
    "succeeded": ("Succeeded", Tone.GOOD),
    "pending": ("To be retried", Tone.WARN),
    "failed": ("Given up", Tone.BAD),
}


def measured_attempts(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure how many attempts ended in which way, and what waits."""
    waiting = backlog()
    return attempts_sampled(
        "webhooks",
        counted_by("outcome", metric="mainstay_webhook_attempts_total"),
        waiting=waiting.pending,
        overdue_seconds=waiting.oldest_due_seconds,
    )


def webhooks_reading(window: Window) -> Reading:
    """Read attempts per minute by outcome, and what waited last."""
    return attempts_reading(
        "webhooks", _OUTCOMES, window, missing="No webhook was sent in this time."
    )
