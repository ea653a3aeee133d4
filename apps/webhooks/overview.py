"""Webhooks as the operator's start page shows them: what came of attempts, and what waits."""

from collections.abc import Iterator
from datetime import datetime

from apps.console.selectors import known, latest, sampled
from apps.console.types import Figure, Measure, Reading, Sampled, Series, Sum, Tone, Window
from apps.observability.selectors import counted_by
from apps.webhooks.selectors import backlog

_ATTEMPTS = "webhooks.attempts."
_WAITING = "webhooks.waiting"
_OVERDUE = "webhooks.overdue_seconds"
_LATE_SECONDS = 60
_OUTCOMES = {
    "succeeded": ("Succeeded", Tone.GOOD),
    "pending": ("To be retried", Tone.WARN),
    "failed": ("Given up", Tone.BAD),
}


def measured_attempts(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure how many attempts ended in which way, and what waits."""
    counted = counted_by("outcome", metric="mainstay_webhook_attempts_total")
    for outcome, total in counted.items():
        yield Sampled(_ATTEMPTS + outcome, total, Measure.TOTAL)
    waiting = backlog()
    yield Sampled(_WAITING, waiting.pending, Measure.LEVEL)
    yield Sampled(_OVERDUE, waiting.oldest_due_seconds, Measure.LEVEL)


def attempts_reading(window: Window) -> Reading:
    """Read attempts per minute by outcome, and what waited last."""
    points = sampled([_ATTEMPTS + outcome for outcome in _OUTCOMES], window)
    totals = {outcome: sum(known(points[_ATTEMPTS + outcome])) for outcome in _OUTCOMES}
    is_known = any(True for line in points.values() for _ in known(line))
    minutes = window.step.total_seconds() / 60
    return Reading(
        figures=[*_figures(totals), *_backlog_figures(window)],
        series=[
            Series(
                label=label,
                tone=tone,
                points=[
                    None if point is None else point / minutes
                    for point in points[_ATTEMPTS + outcome]
                ],
            )
            for outcome, (label, tone) in _OUTCOMES.items()
            if is_known
        ],
        missing="" if is_known else "No webhook was sent in this time.",
    )


def _figures(totals: dict[str, float]) -> Iterator[Figure]:
    for outcome, (label, tone) in _OUTCOMES.items():
        amount = totals[outcome]
        yield Figure(label=label, text=f"{amount:,.0f}", tone=tone if amount else Tone.CALM)


def _backlog_figures(window: Window) -> Iterator[Figure]:
    points = sampled([_WAITING, _OVERDUE], window, by=Sum.MOST)
    waiting, overdue = latest(points[_WAITING]), latest(points[_OVERDUE])
    if waiting is None or overdue is None:
        return
    yield Figure(label="Waiting", text=f"{waiting:,.0f}")
    yield Figure(
        label="Overdue",
        text=f"{overdue:,.0f} s",
        tone=Tone.WARN if overdue > _LATE_SECONDS else Tone.CALM,
        note="How long the longest waiting delivery has been due.",
    )
