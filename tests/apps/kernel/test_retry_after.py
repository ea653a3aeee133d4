"""Retry-After is read as RFC 9110 writes it, and nothing breaks the reading."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.retry_after import asked_pause

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


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
