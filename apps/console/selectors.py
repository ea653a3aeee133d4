"""Reads of the console: samples put together for a chart, and all charts as they are now."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from apps.console.ports import Chart, charts
from apps.console.types import Reading, Sum, Window
from apps.kernel.clock import now

log = structlog.get_logger("console")

SAMPLE_EVERY = timedelta(seconds=15)
# Written with every round of samples, so that one can tell a quiet time from a dead worker.
HEARTBEAT = "console.rounds"

# The steps are chosen so that no series has more than 120 points.
RANGES: Mapping[str, tuple[timedelta, timedelta]] = {
    "1h": (timedelta(hours=1), timedelta(seconds=30)),
    "24h": (timedelta(hours=24), timedelta(minutes=15)),
    "7d": (timedelta(days=7), timedelta(hours=2)),
}
_LONGEST_READ = "1s"

_SAMPLED = """
SELECT series, ceil(extract(epoch FROM at - %(since)s) / %(step)s)::int - 1 AS place, {sum}(value)
FROM console_sample
WHERE series = ANY(%(series)s) AND at > %(since)s AND at <= %(until)s
GROUP BY series, place
"""


def window_of(name: str) -> Window:
    """The window of a range by its name, up to the last whole step that was sampled."""
    length, step = RANGES[name]
    seconds = step.total_seconds()
    last = (now() - SAMPLE_EVERY).timestamp() // seconds * seconds
    until = datetime.fromtimestamp(last, tz=now().tzinfo)
    return Window(since=until - length, until=until, step=step)


def sampled(
    series: Collection[str], window: Window, *, by: Sum = Sum.SUM
) -> dict[str, list[float | None]]:
    """The points of these series; None for steps without a sample."""
    points: dict[str, list[float | None]] = {name: [None] * window.steps for name in series}
    with connection.cursor() as cursor:
        cursor.execute(
            _SAMPLED.format(sum=by.value),
            {
                "series": list(series),
                "since": window.since,
                "until": window.until,
                "step": window.step.total_seconds(),
            },
        )
        for name, place, value in cursor.fetchall():
            points[name][place] = value
    return points


def series_like(prefix: str, window: Window) -> list[str]:
    """Names of the sampled series that begin so, as of the window's end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT series FROM console_sample "
            "WHERE at > %s AND at <= %s AND starts_with(series, %s) ORDER BY series",
            [window.until - timedelta(minutes=5), window.until + SAMPLE_EVERY, prefix],
        )
        return [name for (name,) in cursor.fetchall()]


def last_round() -> datetime | None:
    """When samples were last taken; None where that is more than an hour ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(at) FROM console_sample WHERE series = %s AND at > %s",
            [HEARTBEAT, now() - timedelta(hours=1)],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def readings(window: Window) -> list[tuple[Chart, Reading]]:
    """Every chart with what it shows; one that fails or takes a second is shown as unreadable."""
    waiting = sorted(charts, key=lambda chart: (chart.place, chart.name), reverse=True)
    read: list[tuple[Chart, Reading]] = []
    while waiting:
        try:
            with transaction.atomic():
                _limit_statements()
                read.extend(_read(waiting, window))
        except _Unreadable as unreadable:
            read += [*unreadable.before, (waiting.pop(), _UNREADABLE)]
    return read


class _Unreadable(Exception):
    """A chart could not be read; those before it were."""

    def __init__(self, before: list[tuple[Chart, Reading]]) -> None:
        super().__init__()
        self.before = before


_UNREADABLE = Reading(
    missing="This could not be read in time. The log tells why: chart.unreadable."
)


def _read(waiting: list[Chart], window: Window) -> list[tuple[Chart, Reading]]:
    """Read charts off the end of the list; raises _Unreadable, leaving the culprit there."""
    read: list[tuple[Chart, Reading]] = []
    while waiting:
        try:
            read.append((waiting[-1], waiting[-1].read(window)))
        except Exception as error:
            log.warning("chart.unreadable", chart=waiting[-1].name, exc_info=True)
            raise _Unreadable(read) from error
        waiting.pop()
    return read


def _limit_statements() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{_LONGEST_READ}'")


def known(points: Collection[float | None]) -> Iterator[float]:
    """The points that are known."""
    return (point for point in points if point is not None)
