"""Notifications as the operator's start page shows them: what came of attempts, and what waits."""

from collections.abc import Iterator
from datetime import datetime

from apps.console.selectors import known, latest, sampled
from apps.console.types import Figure, Measure, Reading, Sampled, Series, Sum, Tone, Window
from apps.notifications.backlog import backlog
from apps.notifications.types import Outcome
from apps.observability.selectors import counted_by

_ATTEMPTS = "notifications.attempts."
_WAITING = "notifications.waiting"
_OVERDUE = "notifications.overdue_seconds"
_ALARMED = "notifications.alarmed_accounts"
_LATE_SECONDS = 60
_OUTCOMES = {
    Outcome.ACCEPTED.value: ("Taken", Tone.GOOD),
    Outcome.RETRY.value: ("To be retried", Tone.WARN),
    Outcome.RETIRED.value: ("Device gone", Tone.CALM),
    Outcome.EXPIRED.value: ("Too late", Tone.WARN),
    Outcome.FAILED.value: ("Failed", Tone.BAD),
    Outcome.MISCONFIGURED.value: ("Refused us", Tone.BAD),
}


def measured_attempts(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure how many attempts ended in which way, what waits, and who refuses us."""
    counted = counted_by("outcome", metric="mainstay_notification_attempts_total")
    for outcome, total in counted.items():
        yield Sampled(_ATTEMPTS + outcome, total, Measure.TOTAL)
    waiting = backlog()
    yield Sampled(_WAITING, waiting.queued, Measure.LEVEL)
    yield Sampled(_OVERDUE, waiting.oldest_due_seconds, Measure.LEVEL)
    yield Sampled(_ALARMED, waiting.alarmed_accounts, Measure.LEVEL)


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
            if totals[outcome]
        ],
        missing="" if is_known else "No notification was sent to a device or mailbox in this time.",
    )


def _figures(totals: dict[str, float]) -> Iterator[Figure]:
    for outcome, (label, tone) in _OUTCOMES.items():
        amount = totals[outcome]
        if amount or outcome == Outcome.ACCEPTED:
            yield Figure(label=label, text=f"{amount:,.0f}", tone=tone if amount else Tone.CALM)


def _backlog_figures(window: Window) -> Iterator[Figure]:
    points = sampled([_WAITING, _OVERDUE, _ALARMED], window, by=Sum.MOST)
    waiting, overdue = latest(points[_WAITING]), latest(points[_OVERDUE])
    alarmed = latest(points[_ALARMED])
    if waiting is None or overdue is None:
        return
    yield Figure(label="Waiting", text=f"{waiting:,.0f}")
    yield Figure(
        label="Overdue",
        text=f"{overdue:,.0f} s",
        tone=Tone.WARN if overdue > _LATE_SECONDS else Tone.CALM,
        note="How long the longest waiting delivery has been due.",
    )
    if alarmed:
        yield Figure(
            label="Accounts refused",
            text=f"{alarmed:,.0f}",
            tone=Tone.BAD,
            note="Push services that refuse our keys: see Provider accounts.",
        )
