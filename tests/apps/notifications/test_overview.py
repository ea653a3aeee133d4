"""Notifications on the start page: what came of attempts, what waits, and who refuses us."""

from datetime import timedelta

import pytest

from apps.console.selectors import window_of
from apps.kernel.clock import now
from apps.notifications import overview
from tests.apps.console.conftest import write_sample
from tests.factories.notifications import AccountFactory, DeliveryFactory

pytestmark = pytest.mark.django_db


def test_attempts_are_measured_by_outcome_and_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "counted_by", lambda *_, **__: {"accepted": 5.0})
    DeliveryFactory.create(due_at=now() - timedelta(minutes=2))
    AccountFactory.create(alarmed_at=now())

    told = {each.series: each.value for each in overview.measured_attempts(now(), now())}

    assert told["notifications.attempts.accepted"] == 5
    assert told["notifications.waiting"] == 1
    assert told["notifications.overdue_seconds"] >= 120
    assert told["notifications.alarmed_accounts"] == 1


def test_what_came_of_attempts_and_who_refuses_us_is_told() -> None:
    window = window_of("1h")
    levels = {"waiting": 1500, "overdue_seconds": 61, "alarmed_accounts": 1}
    for name, value in {"attempts.failed": 4, **levels}.items():
        write_sample(f"notifications.{name}", window.until, value)

    reading = overview.notifications_reading(window)

    figures = {figure.label: figure.text for figure in reading.figures}
    assert figures == {
        "Taken": "0",
        "Failed": "4",
        "Waiting": "1,500",
        "Overdue": "61 s",
        "Accounts refused": "1",
    }
    assert [line.label for line in reading.series] == ["Failed"]


def test_time_without_any_says_so() -> None:
    assert "No notification was sent" in overview.notifications_reading(window_of("1h")).missing
