"""What an answer means."""

from datetime import UTC, datetime

import pytest

from apps.resilience.types import FailureKind, OutboundTiming
from apps.webhooks.types import Answer, DeliveryState
from apps.webhooks.verdicts import verdict_on

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
SCHEDULE = (30, 120)


def _answer(status: int | None = None, **fields: object) -> Answer:
    about: dict[str, object] = {
        "started_at": NOW,
        "request_headers": {},
        "timing": OutboundTiming(),
        "status": status,
        **fields,
    }
    return Answer(**about)  # type: ignore[arg-type]  # the tests name them rightly


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_a_success(status: int) -> None:
    verdict = verdict_on(_answer(status), retries_used=0, schedule=SCHEDULE, now=NOW)

    assert verdict.state == DeliveryState.SUCCEEDED
    assert verdict.reason == f"Answered {status}."


@pytest.mark.parametrize("status", [100, 301, 302, 304, 307, 308, 400, 401, 404, 418, 500, 502])
def test_anything_else_is_tried_again(status: int) -> None:
    verdict = verdict_on(_answer(status), retries_used=0, schedule=SCHEDULE, now=NOW)

    assert verdict.state == DeliveryState.PENDING
    assert verdict.pause_seconds is not None
    assert f"Answered {status}" in verdict.reason
    assert "Next attempt in" in verdict.reason


def test_redirect_says_what_to_do() -> None:
    verdict = verdict_on(_answer(307), retries_used=0, schedule=SCHEDULE, now=NOW)

    assert "redirects are not followed" in verdict.reason


def test_last_failure_gives_up_and_says_so() -> None:
    verdict = verdict_on(_answer(500), retries_used=2, schedule=SCHEDULE, now=NOW)

    assert verdict.state == DeliveryState.FAILED
    assert verdict.pause_seconds is None
    assert verdict.reason == "Answered 500. Given up after 3 attempts."


def test_410_ends_the_endpoint_at_once() -> None:
    verdict = verdict_on(_answer(410), retries_used=0, schedule=SCHEDULE, now=NOW)

    assert verdict.state == DeliveryState.FAILED
    assert verdict.is_endpoint_gone


@pytest.mark.parametrize("status", [429, 503])
def test_busy_endpoint_is_told_apart_and_its_wish_honoured(status: int) -> None:
    answer = _answer(status, response_headers=(("Retry-After", "600"),))

    verdict = verdict_on(answer, retries_used=0, schedule=SCHEDULE, now=NOW)

    assert verdict.is_endpoint_busy
    assert verdict.pause_seconds == 600
    assert "as Retry-After asked" in verdict.reason


def test_no_answer_gives_its_own_reason() -> None:
    answer = _answer(error=FailureKind.TIMED_OUT, detail="No connection within 5 s.")

    verdict = verdict_on(answer, retries_used=0, schedule=SCHEDULE, now=NOW)

    assert verdict.state == DeliveryState.PENDING
    assert verdict.reason.startswith("No connection within 5 s. Next attempt in")


def test_what_can_never_succeed_is_not_tried_again() -> None:
    answer = _answer(error="too_large", detail="Too large.", is_final=True)

    verdict = verdict_on(answer, retries_used=0, schedule=SCHEDULE, now=NOW)

    assert verdict.state == DeliveryState.FAILED
    assert verdict.reason == "Too large. Trying again would not help."
