"""The CDN as the operator's start page shows it: what it was told, and what it is still owed."""

from collections.abc import Iterator
from datetime import datetime

from apps.cdn.selectors import state
from apps.console.selectors import attempts_reading, attempts_sampled
from apps.console.types import Reading, Sampled, Tone, Window
from apps.observability.selectors import counted_by

_OUTCOMES = {
    "taken": ("Taken", Tone.GOOD),
    "not_taken": ("To be sent again", Tone.WARN),
    "refused": ("Refused", Tone.BAD),
}


def measured_requests(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure how many requests ended in which way, and what waits."""
    found = state()
    return attempts_sampled(
        "cdn",
        counted_by("outcome", metric="mainstay_cdn_purge_requests_total"),
        waiting=found.pending,
        overdue_seconds=found.oldest_seconds,
    )


def requests_reading(window: Window) -> Reading:
    """Read requests per minute by outcome, and what waited last."""
    return attempts_reading(
        "cdn", _OUTCOMES, window, missing="The CDN was told nothing in this time."
    )
