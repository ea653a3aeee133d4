"""Requests as the operator's start page shows them, from what all processes have counted."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from apps.console.selectors import known, sampled
from apps.console.types import Figure, Measure, Reading, Sampled, Series, Tone, Window
from apps.observability.totals import totals

_CLASSES = {
    "2xx": ("Succeeded", Tone.GOOD),
    "3xx": ("Redirected", Tone.CALM),
    "4xx": ("Refused", Tone.WARN),
    "5xx": ("Failed", Tone.BAD),
}
_REQUESTS = "http.requests."
_SECONDS = "http.seconds"
_ANSWERED = "http.answered"
_SLOW = "http.slow"
# Asked by machines and by the start page itself, whether or not anybody uses the house.
_UNTOLD_ROUTES = frozenset({"health/live", "health/ready", "metrics", "admin/console/charts"})
# Answered within this, nobody notices having waited.
_SLOW_SECONDS = "0.5"
_MISSING = (
    "Nothing was counted in this time. The worker counts every 15 seconds what the web processes "
    "leave in PROMETHEUS_MULTIPROC_DIR: does it run, with the same folder?"
)


def measured_requests(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure how many requests were answered, and in what time; nothing without the folder."""
    counted = defaultdict[str, float](float)
    for sample in totals():
        if sample.labels.get("route") in _UNTOLD_ROUTES:
            continue
        match sample.name:
            case "mainstay_http_requests_total":
                counted[_REQUESTS + sample.labels["status"]] += sample.value
            case "mainstay_http_request_duration_seconds_sum":
                counted[_SECONDS] += sample.value
            case "mainstay_http_request_duration_seconds_count":
                counted[_ANSWERED] += sample.value
                counted[_SLOW] += sample.value
            case "mainstay_http_request_duration_seconds_bucket":
                counted[_SLOW] -= sample.value if sample.labels["le"] == _SLOW_SECONDS else 0
    for series, total in counted.items():
        yield Sampled(series, total, Measure.TOTAL)


def requests_reading(window: Window) -> Reading:
    """Read requests per minute, by how they were answered."""
    points = sampled([_REQUESTS + kind for kind in _CLASSES], window)
    if not any(True for line in points.values() for _ in known(line)):
        return Reading(missing=_MISSING)
    minutes = window.step.total_seconds() / 60
    totals = {kind: sum(known(points[_REQUESTS + kind])) for kind in _CLASSES}
    return Reading(
        figures=[
            Figure(label="Requests", text=f"{sum(totals.values()):,.0f}"),
            Figure(
                label="Failed",
                text=f"{totals['5xx']:,.0f}",
                tone=Tone.BAD if totals["5xx"] else Tone.GOOD,
                note="Answered with a status of 500 or more.",
            ),
            Figure(label="Refused", text=f"{totals['4xx']:,.0f}", tone=Tone.CALM),
        ],
        series=[
            Series(
                label=label,
                tone=tone,
                points=[_per(minutes, point) for point in points[_REQUESTS + kind]],
            )
            for kind, (label, tone) in _CLASSES.items()
        ],
    )


def latency_reading(window: Window) -> Reading:
    """Read the mean time an answer took, in milliseconds."""
    points = sampled([_SECONDS, _ANSWERED, _SLOW], window)
    pairs = list(zip(points[_SECONDS], points[_ANSWERED], strict=True))
    if not any(count for _, count in pairs):
        return Reading(missing=_MISSING)
    answered, slow = sum(known(points[_ANSWERED])), sum(known(points[_SLOW]))
    mean = sum(known(points[_SECONDS])) / answered * 1000
    share = slow / answered * 100
    return Reading(
        figures=[
            Figure(label="Mean", text=f"{mean:,.1f} ms"),
            Figure(
                label=f"Over {_SLOW_SECONDS} s",
                text=f"{share:.1f} %",
                tone=Tone.WARN if share > 1 else Tone.GOOD,
            ),
        ],
        series=[
            Series(
                label="Mean",
                points=[
                    seconds / count * 1000 if count and seconds is not None else None
                    for seconds, count in pairs
                ],
            )
        ],
    )


def _per(minutes: float, amount: float | None) -> float | None:
    return None if amount is None else amount / minutes
