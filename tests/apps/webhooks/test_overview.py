"""Webhooks on the start page: what came of attempts, and what waits."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.console.selectors import window_of
from apps.kernel.clock import now
from apps.webhooks import overview
from tests.factories.webhooks import DeliveryFactory

pytestmark = pytest.mark.django_db


def test_attempts_are_measured_by_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "counted_by", lambda *_, **__: {"succeeded": 5.0})

    (sample,) = overview.measured_attempts(now(), now())

    assert (sample.series, sample.value) == ("webhooks.attempts.succeeded", 5)


def test_quiet_time_says_so_and_what_waits_is_told() -> None:
    DeliveryFactory.create(due_at=now() - timedelta(minutes=2))

    reading = overview.attempts_reading(window_of("1h"))

    figures = {figure.label: figure.text for figure in reading.figures}
    assert "No webhook was sent" in reading.missing
    assert not reading.series
    assert figures["Waiting"] == "1"
    assert figures["Overdue"] == "120 s"


def test_attempts_are_told_per_minute() -> None:
    window = window_of("1h")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO console_sample (series, at, value) VALUES (%s, %s, 4)",
            ["webhooks.attempts.failed", window.until],
        )

    reading = overview.attempts_reading(window)

    assert not reading.missing
    assert reading.series[-1].points[-1] == 8
