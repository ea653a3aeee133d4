"""When a delivery is tried again."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.webhooks.backoff import LONGEST_PAUSE_SECONDS, asked_pause, pause_before_retry

SCHEDULE = (30, 120, 480, 1920, 7680)
NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@given(retries_used=st.integers(0, 4))
def test_pause_stays_within_a_fifth_of_the_schedule(retries_used: int) -> None:
    pause = pause_before_retry(retries_used=retries_used, schedule=SCHEDULE)

    assert pause is not None
    assert SCHEDULE[retries_used] * 0.8 <= pause <= SCHEDULE[retries_used] * 1.2


def test_no_retry_is_left_after_the_last() -> None:
    assert pause_before_retry(retries_used=5, schedule=SCHEDULE) is None


@given(asked=st.floats(0, 10**9))
def test_receiver_may_ask_for_longer_but_not_for_ever(asked: float) -> None:
    pause = pause_before_retry(retries_used=0, schedule=SCHEDULE, asked_seconds=asked)

    assert pause is not None
    assert min(asked, LONGEST_PAUSE_SECONDS) <= pause <= max(36, LONGEST_PAUSE_SECONDS)
    assert pause >= 24


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("Sat, 21 Nov 2026 12:01:30 GMT", 90),
        ("Saturday, 21-Nov-26 12:01:30 GMT", 90),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("9" * 400, 999_999_999),
        (None, None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Sat, 99 Nov 2026 12:01:30 GMT", None),
        ("Sat, 21 Nov 99999999999 12:01:30 GMT", None),
        ("Sat, 21 Nov 2026 12:01:30 +9999999999999", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(header: str | None, seconds: float | None) -> None:
    assert asked_pause(header, now=NOW) == seconds


@given(header=st.text())
def test_no_header_breaks_the_reading(header: str) -> None:
    asked = asked_pause(header, now=NOW)

    assert asked is None or asked >= 0
