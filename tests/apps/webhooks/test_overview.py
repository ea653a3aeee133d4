"""Webhooks on the start page: what came of attempts, and what waits."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.console.selectors import window_of
from apps.console.types import Window
from apps.kernel.clock import now
from apps.webhooks import overview
from tests.factories.webhooks import DeliveryFactory

pytestmark = pytest.mark.django_db


def write(series: str, window: Window, value: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO console_sample (series, at, value) VALUES (%s, %s, %s)",
            [series, window.until, value],
        )


def test_attempts_are_measured_by_outcome_and_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "counted_by", lambda *_, **__: {"succeeded": 5.0})
    DeliveryFactory.create(due_at=now() - timedelta(minutes=2))

    told = {each.series: each.value for each in overview.measured_attempts(now(), now())}

    assert told["webhooks.attempts.succeeded"] == 5
    assert told["webhooks.waiting"] == 1
    assert told["webhooks.overdue_seconds"] >= 120


def test_quiet_time_says_so() -> None:
    reading = overview.attempts_reading(window_of("1h"))

    assert "No webhook was sent" in reading.missing
    assert not reading.series


def test_what_waited_last_is_told() -> None:
    window = window_of("1h")
    for series, value in (("webhooks.waiting", 1500), ("webhooks.overdue_seconds", 61)):
        write(series, window, value)

    figures = {figure.label: figure.text for figure in overview.attempts_reading(window).figures}

    assert (figures["Waiting"], figures["Overdue"]) == ("1,500", "61 s")


def test_attempts_are_told_per_minute() -> None:
    window = window_of("1h")
    write("webhooks.attempts.failed", window, 4)

    reading = overview.attempts_reading(window)

    assert not reading.missing
    assert reading.series[-1].points[-1] == 8
