"""Reads of the console: samples put together for charts, these as they are, an action's target."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import QuerySet

from apps.console.ports import Chart, charts
from apps.console.types import Order, Reading, Sum, Window
from apps.kernel.clock import now
from apps.kernel.errors import NotFound

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
# A week of one series is forty thousand samples.
_WORTH_KEEPING = timedelta(minutes=10)
_LONGEST_READ = "1s"

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


def target_of(order: Order, *, among: QuerySet[Any]) -> UUID:
    """The public id of the row an order is about, which must be among these: the person's own.

    An id taken from elsewhere must do nothing to somebody else. Raises NotFound.
    """
    if order.target is None or not among.filter(public_id=order.target).exists():
        raise NotFound(f"This person has no such {among.model._meta.verbose_name}.")  # noqa: SLF001  Django's own
    return order.target


def known(points: Collection[float | None]) -> Iterator[float]:
    """The points that are known."""
    return (point for point in points if point is not None)


def latest(points: Sequence[float | None]) -> float | None:
    """The last point that is known, or None."""
    return next((point for point in reversed(points) if point is not None), None)
