"""Quiet hours: whether somebody wants quiet at a moment, and until when, by their own clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.notifications.types import QuietTimes

_DAY = timedelta(days=1)
# Quiet times of several days that follow each other without a pause are looked at for so long.
_DAYS_AHEAD = 8


def quiet_until(times: QuietTimes, moment: datetime) -> datetime | None:
    """Return when the quiet time that holds at the moment ends, in UTC; None where none does.

    It is quiet whenever the clock on the wall says so. Where that clock is put back and shows an
    hour twice, quiet begins with the first showing of ``start`` and ends with the second of
    ``end``; a time that it leaps over is where it leaps. Times that follow each other without a
    pause are one, looked at for eight days. ``start`` equal to ``end`` is a whole day.
    """
    spans = sorted(_spans(times, moment))
    end: datetime | None = None
    for starts, ends in spans:
        if starts <= (end or moment) < ends:
            end = ends
    return end


def _spans(times: QuietTimes, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the quiet times of the days around the moment."""
    zone = ZoneInfo(times.time_zone)
    today = moment.astimezone(zone).date()
    # Two days before: a zone may leap over a whole day.
    for days in range(-2, _DAYS_AHEAD):
        day = today + days * _DAY
        if day.isoweekday() in times.weekdays:
            last_day = day if times.start < times.end else day + _DAY
            yield (
                _shown_at(day, times.start, zone, fold=0),
                _shown_at(last_day, times.end, zone, fold=1),
            )


def _shown_at(day: date, wall: time, zone: ZoneInfo, *, fold: int) -> datetime:
    """Return when a clock in the zone shows this, in UTC; if never, when it leaps over it."""
    shown = datetime.combine(day, wall.replace(tzinfo=None, fold=0))
    before, after = (shown.replace(tzinfo=zone, fold=each).astimezone(UTC) for each in (0, 1))
    if after < before:
        # Read by the offset after the leap it lies before it, and the other way round (PEP 495).
        return _leap_between(after, before, zone)
    return after if fold else before


def _leap_between(earlier: datetime, later: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second of the new offset, by bisection: zoneinfo tells of no leaps."""
    former = earlier.astimezone(zone).utcoffset()
    while later - earlier > timedelta(seconds=1):
        middle = earlier + timedelta(seconds=(later - earlier) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == former:
            earlier = middle
        else:
            later = middle
    return later
