"""Quiet hours: by the clock on the wall, also where it leaps or shows an hour twice."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.notifications.quiet_hours import quiet_until
from apps.notifications.types import QuietTimes

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def quiet(start: str, end: str, zone: str, *, weekdays: tuple[int, ...] = EVERY_DAY) -> QuietTimes:
    return QuietTimes(
        start=time.fromisoformat(start),
        end=time.fromisoformat(end),
        weekdays=weekdays,
        time_zone=zone,
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-07-01T19:59:59", None),
        ("2026-07-01T20:00:00", "2026-07-02T05:00:00"),
        ("2026-07-02T04:59:59", "2026-07-02T05:00:00"),
        ("2026-07-02T05:00:00", None),
    ],
)
def test_night_spans_midnight_in_the_persons_zone(moment: str, until: str | None) -> None:
    night = quiet("22:00", "07:00", "Europe/Vienna")

    assert quiet_until(night, at(moment)) == (at(until) if until else None)


def test_afternoon_ends_on_the_same_day() -> None:
    siesta = quiet("14:00", "15:30", "Asia/Kolkata")

    assert quiet_until(siesta, at("2026-07-01T08:30:00")) == at("2026-07-01T10:00:00")
    assert quiet_until(siesta, at("2026-07-01T10:00:00")) is None


def test_weekdays_name_the_day_on_which_it_starts() -> None:
    fridays = quiet("22:00", "07:00", "UTC", weekdays=(5,))

    # 2026-07-03 is a Friday.
    assert quiet_until(fridays, at("2026-07-03T23:00:00")) == at("2026-07-04T07:00:00")
    assert quiet_until(fridays, at("2026-07-04T06:00:00")) == at("2026-07-04T07:00:00")
    assert quiet_until(fridays, at("2026-07-04T23:00:00")) is None
    assert quiet_until(fridays, at("2026-07-03T06:00:00")) is None


@pytest.mark.parametrize(
    ("zone", "night", "moment", "until"),
    [
        # The night of the leap is an hour shorter, that of the return an hour longer.
        ("Europe/Vienna", ("22:00", "07:00"), "2026-03-28T21:00:00", "2026-03-29T05:00:00"),
        ("Europe/Vienna", ("22:00", "07:00"), "2026-10-24T20:00:00", "2026-10-25T06:00:00"),
        ("America/New_York", ("22:00", "07:00"), "2026-03-08T03:00:00", "2026-03-08T11:00:00"),
        ("America/New_York", ("22:00", "07:00"), "2026-11-01T02:00:00", "2026-11-01T12:00:00"),
        # By half an hour.
        ("Australia/Lord_Howe", ("22:00", "07:00"), "2026-10-03T12:00:00", "2026-10-03T20:00:00"),
        ("Australia/Lord_Howe", ("22:00", "07:00"), "2026-04-04T12:00:00", "2026-04-04T20:30:00"),
        # An end that the clock leaps over is where it leaps: 02:30 is never shown.
        ("Europe/Vienna", ("22:00", "02:30"), "2026-03-28T23:00:00", "2026-03-29T01:00:00"),
        ("America/New_York", ("22:00", "02:30"), "2026-03-08T05:00:00", "2026-03-08T07:00:00"),
        # A start that it leaps over is there as well.
        ("Europe/Vienna", ("02:30", "06:00"), "2026-03-29T01:00:00", "2026-03-29T04:00:00"),
        # Midnight itself is leapt over in Santiago.
        ("America/Santiago", ("23:00", "00:30"), "2026-09-06T03:30:00", "2026-09-06T04:00:00"),
        # What is shown twice ends with the second showing, and begins with the first.
        ("Europe/Vienna", ("22:00", "02:30"), "2026-10-25T00:31:00", "2026-10-25T01:30:00"),
        ("Europe/Vienna", ("02:30", "06:00"), "2026-10-25T00:30:00", "2026-10-25T05:00:00"),
        ("America/New_York", ("01:15", "01:45"), "2026-11-01T05:15:00", "2026-11-01T06:45:00"),
        # In Samoa, Friday 30 December 2011 never was.
        ("Pacific/Apia", ("22:00", "07:00"), "2011-12-30T09:00:00", "2011-12-30T17:00:00"),
    ],
)
def test_clocks_are_put_forward_and_back(
    zone: str, night: tuple[str, str], moment: str, until: str
) -> None:
    assert quiet_until(quiet(*night, zone), at(moment)) == at(until)


@pytest.mark.parametrize(
    ("zone", "night", "moment"),
    [
        ("Europe/Vienna", ("02:30", "06:00"), "2026-03-29T00:59:59"),
        ("Europe/Vienna", ("22:00", "02:30"), "2026-03-29T01:00:00"),
        ("Europe/Vienna", ("02:30", "06:00"), "2026-10-25T00:29:59"),
        ("Europe/Vienna", ("22:00", "02:30"), "2026-10-25T01:30:00"),
        ("America/Santiago", ("23:00", "00:30"), "2026-09-06T04:00:00"),
    ],
)
def test_no_second_more_is_quiet(zone: str, night: tuple[str, str], moment: str) -> None:
    assert quiet_until(quiet(*night, zone), at(moment)) is None


def test_whole_days_follow_each_other() -> None:
    weekend = quiet("00:00", "00:00", "Europe/Vienna", weekdays=(6, 7))

    assert quiet_until(weekend, at("2026-07-04T10:00:00")) == at("2026-07-05T22:00:00")


def test_quiet_for_ever_is_looked_at_for_eight_days() -> None:
    always = quiet("00:00", "00:00", "UTC")

    until = quiet_until(always, at("2026-07-04T10:00:00"))

    assert until == at("2026-07-12T00:00:00")


def _shows_quiet(times: QuietTimes, moment: datetime) -> bool:
    """Say by the clock on the wall alone whether it is quiet."""
    shown = moment.astimezone(ZoneInfo(times.time_zone))
    today, clock = shown.isoweekday(), shown.time()
    if times.start < times.end:
        return today in times.weekdays and times.start <= clock < times.end
    yesterday = (shown.replace(tzinfo=None) - timedelta(days=1)).isoweekday()
    has_begun = today in times.weekdays and clock >= times.start
    return has_begun or (yesterday in times.weekdays and clock < times.end)


# Where almost all mistakes are: changes of the clocks, and the hours that are leapt over or shown
# twice.
CHANGES = (
    *(("Europe/Vienna", "2026-03-29T01:00:00"), ("Europe/Vienna", "2026-10-25T01:00:00")),
    *(("America/New_York", "2026-03-08T07:00:00"), ("America/New_York", "2026-11-01T06:00:00")),
    *(("Australia/Lord_Howe", "2026-10-03T15:30:00"), ("Africa/Cairo", "2026-04-23T22:00:00")),
    *(("Australia/Lord_Howe", "2026-04-04T15:00:00"), ("Africa/Cairo", "2026-10-29T21:00:00")),
    *(("America/Santiago", "2026-09-06T04:00:00"), ("America/Santiago", "2026-04-05T03:00:00")),
    *(("Asia/Jerusalem", "2026-03-27T00:00:00"), ("Asia/Jerusalem", "2026-10-24T23:00:00")),
    *(("America/St_Johns", "2026-03-08T05:30:00"), ("Pacific/Apia", "2011-12-30T10:00:00")),
    ("Asia/Kolkata", "2026-03-29T01:00:00"),
)
of_the_day = st.integers(0, 24 * 60 - 1)
clock_times = st.one_of(st.integers(0, 4 * 60), of_the_day).map(
    lambda minutes: time(minutes // 60, minutes % 60)
)
minutes_away = st.one_of(st.integers(-150, 150), st.integers(-26 * 60, 26 * 60))


@settings(max_examples=1000, deadline=None)
@given(
    hours=st.tuples(clock_times, clock_times).filter(lambda drawn: drawn[0] != drawn[1]),
    weekdays=st.one_of(st.just(set(EVERY_DAY)), st.sets(st.integers(1, 7), min_size=1)),
    change=st.sampled_from(CHANGES),
    minutes=minutes_away,
)
def test_quiet_is_what_the_wall_shows(
    hours: tuple[time, time], weekdays: set[int], change: tuple[str, str], minutes: int
) -> None:
    """For all: whenever the wall shows quiet it is, and it ends where the wall shows none.

    Where an hour is shown twice, more is quiet than shown: all between the first start and the
    last end. Seen to fail with `fold=0` for both ends, with leaps taken for what fold=0 says, and
    with the weekday of the moment instead of the start's.
    """
    zone, moment = change[0], at(change[1]) + timedelta(minutes=minutes)
    times = QuietTimes(start=hours[0], end=hours[1], weekdays=tuple(weekdays), time_zone=zone)

    until = quiet_until(times, moment)

    if _shows_quiet(times, moment):
        assert until is not None
    if until is not None:
        assert until > moment
        assert until - moment <= timedelta(days=9)
        # Right before, it was quiet still.
        assert quiet_until(times, until - timedelta(seconds=1)) == until
        assert not _shows_quiet(times, until)
