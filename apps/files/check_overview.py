"""Checking as the operator's start page shows it: what came of it, what waits, who is silent."""

from collections.abc import Iterator
from datetime import datetime

from apps.console.selectors import known, sampled
from apps.console.types import Figure, Measure, Reading, Sampled, Series, Tone, Window
from apps.files.backlog import check_backlog
from apps.files.types import FileState
from apps.health.selectors import readiness
from apps.health.types import CheckState
from apps.observability.selectors import counted_by

HEALTH_CHECK = "scanners"
# Longer than a file waits where all is well.
LONG_SECONDS = 60.0
_PREFIX = "files.checks."
_OUTCOMES = {
    FileState.CLEAN.value: ("Clean", Tone.GOOD),
    FileState.REFUSED.value: ("Refused", Tone.CALM),
    FileState.INFECTED.value: ("Infected", Tone.BAD),
    FileState.PENDING.value: ("Put off", Tone.WARN),
    FileState.ERROR.value: ("Given up", Tone.BAD),
}


def measured_checks(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure what came of looking through files."""
    totals = counted_by("outcome", metric="mainstay_files_checks_total")
    for outcome in _OUTCOMES:
        yield Sampled(_PREFIX + outcome, totals.get(outcome, 0.0), Measure.TOTAL)


def checks_reading(window: Window) -> Reading:
    """Read files per minute by what came of them, what waits now, and which scanner is silent."""
    points = sampled([_PREFIX + outcome for outcome in _OUTCOMES], window)
    figures = [*_alarm(), *_waiting()]
    if not any(sum(known(line)) for line in points.values()):
        return Reading(missing="No file was looked through in this time.", figures=figures)
    minutes = window.step.total_seconds() / 60
    return Reading(
        figures=figures,
        series=[
            Series(
                label=label,
                tone=tone,
                points=[
                    None if value is None else value / minutes
                    for value in points[_PREFIX + outcome]
                ],
            )
            for outcome, (label, tone) in _OUTCOMES.items()
        ],
    )


def _alarm() -> Iterator[Figure]:
    """Tell of scanners that do not answer, as this process's watch saw them last."""
    for check in readiness().checks:
        if check.name == HEALTH_CHECK and check.state not in {CheckState.OK, CheckState.UNKNOWN}:
            yield Figure(label="Scanner down", text="!", tone=Tone.BAD, note=check.meaning)


def _waiting() -> Iterator[Figure]:
    waiting = check_backlog()
    is_late = waiting.oldest_seconds > LONG_SECONDS
    yield Figure(label="Waiting", text=str(waiting.pending))
    yield Figure(
        label="Longest wait",
        text=f"{waiting.oldest_seconds:.0f} s",
        tone=Tone.BAD if is_late else Tone.PLAIN,
    )
    if waiting.given_up:
        yield Figure(
            label="Could not be checked",
            text=str(waiting.given_up),
            tone=Tone.WARN,
            note="Find out why in the log (check.failed), and let them be checked again.",
        )
