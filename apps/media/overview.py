"""The image service as the operator's start page shows it: what came of requests for pictures."""

from collections.abc import Iterator
from datetime import datetime

from apps.console.selectors import known, sampled
from apps.console.types import Figure, Measure, Reading, Sampled, Series, Tone, Window
from apps.observability.selectors import counted_by

_PREFIX = "media.answers."
_OUTCOMES = {
    "hit": ("Made before", Tone.GOOD),
    "not_modified": ("At the client already", Tone.GOOD),
    "made": ("Made", Tone.CALM),
    "stale": ("Served stale", Tone.WARN),
    "fallback": ("Another in its place", Tone.WARN),
    "refused": ("Refused", Tone.PLAIN),
    "failed": ("Failed", Tone.BAD),
}
_AT_HAND = ("hit", "not_modified")
_MISSING = "No picture was asked for in this time."


def measured_answers(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure what came of requests; nothing without a shared folder."""
    counted = counted_by("outcome", metric="mainstay_media_answers_total")
    for outcome in _OUTCOMES:
        yield Sampled(_PREFIX + outcome, counted.get(outcome, 0.0), Measure.TOTAL)


def media_reading(window: Window) -> Reading:
    """Read requests per minute by what came of them."""
    points = sampled([_PREFIX + outcome for outcome in _OUTCOMES], window)
    amounts = {outcome: sum(known(points[_PREFIX + outcome])) for outcome in _OUTCOMES}
    asked = sum(amounts.values())
    if not asked:
        return Reading(missing=_MISSING)
    share = 100 * sum(amounts[outcome] for outcome in _AT_HAND) / asked
    minutes = window.step.total_seconds() / 60
    return Reading(
        figures=[Figure(label="At hand", text=f"{share:.1f} %")],
        series=[
            Series(
                label=label,
                tone=tone,
                points=[
                    None if point is None else point / minutes
                    for point in points[_PREFIX + outcome]
                ],
            )
            for outcome, (label, tone) in _OUTCOMES.items()
        ],
    )
