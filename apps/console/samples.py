"""Samples put together: the time that a chart shows, and the points of its series."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection

from apps.console.types import Sum, Window
from apps.kernel.clock import now

SAMPLE_EVERY = timedelta(seconds=15)
# Written with every round of samples, so that one can tell a quiet time from a dead worker.
HEARTBEAT = "console.rounds"

# The steps are chosen so that no series has more than 120 points.
RANGES: Mapping[str, tuple[timedelta, timedelta]] = {
    "1h": (timedelta(hours=1), timedelta(seconds=30)),
    "24h": (timedelta(hours=24), timedelta(minutes=15)),
    "7d": (timedelta(days=7), timedelta(hours=2)),
}
# A week of one series is forty thousand samples.
_WORTH_KEEPING = timedelta(minutes=10)

_SAMPLED = """
SELECT series, date_bin(%(step)s::interval, at - interval '1 us', %(since)s) AS step, {sum}(value)
FROM console_sample
WHERE series = ANY(%(series)s) AND at > %(since)s AND at <= %(until)s
GROUP BY series, step
"""


def window_of(name: str) -> Window:
    """The window of a range by its name, up to the last whole step that was sampled."""
    length, step = RANGES[name]
    seconds = step.total_seconds()
    # A round is written up to a quarter of a minute after its instant.
    last = (now() - 2 * SAMPLE_EVERY).timestamp() // seconds * seconds
    until = datetime.fromtimestamp(last, tz=now().tzinfo)
    return Window(since=until - length, until=until, step=step)


def sampled(
    series: Collection[str], window: Window, *, by: Sum = Sum.SUM
) -> dict[str, list[float | None]]:
    """The points of these series; None for steps without a sample.

    Those of long steps stay as they are until the window moves on, and are kept as long.
    """
    if window.step < _WORTH_KEEPING:
        return _summed(series, window, by)
    asked = repr((sorted(series), window.since, window.until, by))
    key = f"console:sampled:{hashlib.sha256(asked.encode()).hexdigest()}"
    points: dict[str, list[float | None]] | None = cache.get(key)
    if points is None:
        points = _summed(series, window, by)
        cache.set(key, points, window.step.total_seconds())
    return points


def _summed(series: Collection[str], window: Window, by: Sum) -> dict[str, list[float | None]]:
    points: dict[str, list[float | None]] = {name: [None] * window.steps for name in series}
    with connection.cursor() as cursor:
        cursor.execute(
            _SAMPLED.format(sum=by.value),
            {
                "series": list(series),
                "since": window.since,
                "until": window.until,
                "step": f"{window.step.total_seconds()} s",
            },
        )
        for name, step, value in cursor.fetchall():
            points[name][(step - window.since) // window.step] = value
    return points


def last_round() -> datetime | None:
    """When samples were last taken; None where that is more than an hour ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(at) FROM console_sample WHERE series = %s AND at > %s",
            [HEARTBEAT, now() - timedelta(hours=1)],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def known(points: Collection[float | None]) -> Iterator[float]:
    """The points that are known."""
    return (point for point in points if point is not None)


def latest(points: Sequence[float | None]) -> float | None:
    """The last point that is known, or None."""
    return next((point for point in reversed(points) if point is not None), None)
