"""Notifications on the start page: what came of attempts, what waits, and who refuses us."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.console.selectors import window_of
from apps.console.types import Tone, Window
from apps.kernel.clock import now
from apps.notifications import overview
from tests.factories.notifications import AccountFactory, DeliveryFactory

pytestmark = pytest.mark.django_db


def write(series: str, window: Window, value: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO console_sample (series, at, value) VALUES (%s, %s, %s)",
            [series, window.until, value],
        )


def test_attempts_are_measured_by_outcome_and_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "counted_by", lambda *_, **__: {"accepted": 5.0})
    DeliveryFactory.create(due_at=now() - timedelta(minutes=2))
    AccountFactory.create(alarmed_at=now())

    told = {each.series: each.value for each in overview.measured_attempts(now(), now())}

    assert told["notifications.attempts.accepted"] == 5
    assert told["notifications.waiting"] == 1
    assert told["notifications.overdue_seconds"] >= 120
    assert told["notifications.alarmed_accounts"] == 1


def test_quiet_time_says_so() -> None:
    reading = overview.attempts_reading(window_of("1h"))

    assert "No notification was sent" in reading.missing
    assert not reading.series


def test_what_waited_last_and_who_refuses_us_is_told() -> None:
    window = window_of("1h")
    known = {"waiting": 1500, "overdue_seconds": 61, "alarmed_accounts": 1}
    for series, value in known.items():
        write(f"notifications.{series}", window, value)

    figures = {figure.label: figure for figure in overview.attempts_reading(window).figures}

    assert (figures["Waiting"].text, figures["Overdue"].text) == ("1,500", "61 s")
    assert figures["Overdue"].tone is Tone.WARN
    assert figures["Accounts refused"].tone is Tone.BAD


def test_attempts_are_told_per_minute() -> None:
    window = window_of("1h")
    write("notifications.attempts.failed", window, 4)

    reading = overview.attempts_reading(window)

    assert not reading.missing
    assert [line.label for line in reading.series] == ["Failed"]
    assert reading.series[0].points[-1] == 8
