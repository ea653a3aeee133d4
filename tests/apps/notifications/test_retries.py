"""When deliveries are tried again: three times, later each time, never past their time."""

from datetime import timedelta

import pytest

from apps.kernel.clock import now
from apps.notifications.retries import next_attempt_at, pause_before_retry
from apps.notifications.types import Outcome, Reply


def _reply(**fields: float | bool | None) -> Reply:
    told = {"outcome": Outcome.RETRY, "started_at": now(), "duration_ms": 1.0, **fields}
    return Reply(**told)  # type: ignore[arg-type]  # of many types


@pytest.mark.parametrize(("number", "seconds"), [(1, 2.0), (2, 8.0), (3, 32.0)])
def test_pauses_vary_by_a_fifth_around_their_schedule(number: int, seconds: float) -> None:
    pauses = [pause_before_retry(_reply(), attempt_number=number) or 0.0 for _ in range(200)]

    assert all(seconds * 0.8 <= pause <= seconds * 1.2 for pause in pauses)
    assert max(pauses) - min(pauses) > seconds * 0.1


def test_fourth_attempt_is_the_last() -> None:
    assert pause_before_retry(_reply(), attempt_number=4) is None


def test_used_up_quota_asks_for_a_minute() -> None:
    pause = pause_before_retry(_reply(is_quota=True), attempt_number=1)

    assert pause is not None
    assert 60 <= pause <= 72


def test_provider_may_ask_for_its_own_pause() -> None:
    pause = pause_before_retry(_reply(is_quota=True, retry_after_seconds=100.0), attempt_number=1)

    assert pause is not None
    assert 100 <= pause <= 120


def test_provider_that_asks_for_less_than_the_schedule_waits_no_less() -> None:
    pause = pause_before_retry(_reply(retry_after_seconds=0.5), attempt_number=3)

    assert pause is not None
    assert pause >= 32 * 0.8


def test_no_attempt_is_due_when_the_time_to_live_is_over() -> None:
    moment = now()

    due = next_attempt_at(
        _reply(), attempt_number=1, expires_at=moment + timedelta(seconds=1), now=moment
    )

    assert due is None
