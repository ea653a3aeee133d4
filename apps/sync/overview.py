"""Sync as the operator's start page shows it: what devices pull and push, and what waits."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from apps.console.selectors import known, latest, sampled
from apps.console.types import Figure, Measure, Reading, Sampled, Series, Sum, Tone, Window
from apps.observability.selectors import counted_by
from apps.sync.backlog import backlog
from apps.sync.horizon import LONG_SECONDS, horizon
from apps.sync.types import Outcome

_PULLS = "sync.pulls."
_OPERATIONS = "sync.operations."
_CONFLICTS = "sync.conflicts_open"
_OLDEST = "sync.oldest_transaction_seconds"
_KINDS = {
    "full": ("First", Tone.PLAIN),
    "incremental": ("With changes", Tone.GOOD),
    "unchanged": ("Nothing new", Tone.CALM),
    "replacement": ("Everything anew", Tone.WARN),
}
_OUTCOMES = {
    Outcome.APPLIED.value: ("Applied", Tone.GOOD),
    Outcome.MERGED.value: ("Merged", Tone.GOOD),
    Outcome.IGNORED.value: ("Ignored", Tone.CALM),
    Outcome.QUEUED.value: ("To be tried again", Tone.WARN),
    Outcome.CONFLICT.value: ("Conflict", Tone.WARN),
    Outcome.REJECTED.value: ("Rejected", Tone.BAD),
}


def measured_sync(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure pulls by kind, operations by outcome, open conflicts and the horizon's age."""
    pulls = counted_by("kind", metric="mainstay_sync_pulls_total")
    for kind in _KINDS:
        yield Sampled(_PULLS + kind, pulls.get(kind, 0.0), Measure.TOTAL)
    outcomes = counted_by("outcome", metric="mainstay_sync_operations_total")
    for outcome in _OUTCOMES:
        yield Sampled(_OPERATIONS + outcome, outcomes.get(outcome, 0.0), Measure.TOTAL)
    yield Sampled(_CONFLICTS, backlog().open_conflicts, Measure.LEVEL)
    at = horizon()
    oldest = max(at.oldest_writer_seconds, at.oldest_prepared_seconds)
    yield Sampled(_OLDEST, oldest, Measure.LEVEL)


def pulls_reading(window: Window) -> Reading:
    """Read pages pulled per minute by kind, and how old the oldest open transaction was."""
    oldest = latest(sampled([_OLDEST], window, by=Sum.MOST)[_OLDEST])
    return Reading(
        figures=list(_horizon(oldest)),
        series=(series := _per_minute(_PULLS, _KINDS, window)),
        missing="" if series else "Nothing was pulled in this time.",
    )


def operations_reading(window: Window) -> Reading:
    """Read pushed operations per minute by outcome, and the conflicts that are open."""
    conflicts = latest(sampled([_CONFLICTS], window, by=Sum.MOST)[_CONFLICTS])
    return Reading(
        figures=list(_conflicts(conflicts)),
        series=(series := _per_minute(_OPERATIONS, _OUTCOMES, window)),
        missing="" if series else "Nothing was pushed in this time.",
    )


def _per_minute(
    prefix: str, labels: dict[str, tuple[str, Tone]], window: Window
) -> Sequence[Series]:
    points = sampled([prefix + name for name in labels], window)
    if not any(sum(known(line)) for line in points.values()):
        return ()
    minutes = window.step.total_seconds() / 60
    return [
        Series(
            label=label,
            tone=tone,
            points=[None if value is None else value / minutes for value in points[prefix + name]],
        )
        for name, (label, tone) in labels.items()
    ]


def _horizon(oldest: float | None) -> Iterator[Figure]:
    if oldest is not None:
        yield Figure(
            label="Oldest writer",
            text=f"{oldest:,.0f} s",
            tone=Tone.BAD if oldest > LONG_SECONDS else Tone.PLAIN,
            note="The oldest open transaction that has written: every pull looks at all that was "
            "committed since it began.",
        )


def _conflicts(count: float | None) -> Iterator[Figure]:
    if count is not None:
        yield Figure(
            label="Open conflicts",
            text=f"{count:,.0f}",
            tone=Tone.WARN if count else Tone.PLAIN,
            note="They wait for the user, or for an operator.",
        )
