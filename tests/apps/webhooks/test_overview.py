"""Webhooks on the start page: what came of attempts, and what waits."""

from datetime import timedelta

import pytest

from apps.console.selectors import window_of
from apps.kernel.clock import now
from apps.webhooks import overview
from tests.apps.console.conftest import write_sample
from tests.factories.webhooks import DeliveryFactory

pytestmark = pytest.mark.django_db


def test_attempts_are_measured_by_outcome_and_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "counted_by", lambda *_, **__: {"succeeded": 5.0})
    DeliveryFactory.create(due_at=now() - timedelta(minutes=2))

    told = {each.series: each.value for each in overview.measured_attempts(now(), now())}

    assert told["webhooks.attempts.succeeded"] == 5
    assert told["webhooks.waiting"] == 1
    assert told["webhooks.overdue_seconds"] >= 120


def test_what_came_of_attempts_and_what_waits_is_told() -> None:
    window = window_of("1h")
    for name, value in (("attempts.failed", 4), ("waiting", 1500), ("overdue_seconds", 61)):
        write_sample(f"webhooks.{name}", window.until, value)

    reading = overview.webhooks_reading(window)

    figures = {figure.label: figure.text for figure in reading.figures}
    assert figures == {"Succeeded": "0", "Given up": "4", "Waiting": "1,500", "Overdue": "61 s"}
    assert [line.label for line in reading.series] == ["Given up"]


def test_time_without_any_says_so() -> None:
    assert "No webhook was sent" in overview.webhooks_reading(window_of("1h")).missing
