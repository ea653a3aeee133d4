"""What replies come to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.notifications.types import (
    Address,
    Channel,
    Content,
    DeliveryState,
    Outcome,
    Parcel,
    PushService,
    Reply,
)
from apps.notifications.verdicts import judged

MOMENT = now()
PARCEL = Parcel(
    delivery_id=1,
    reference=new_id(),
    channel=Channel.PUSH,
    lease_token=new_id(),
    leased_until=MOMENT + timedelta(minutes=1),
    expires_at=MOMENT + timedelta(hours=1),
    attempt_number=1,
    content=Content(title="Hello"),
    address=Address(service=PushService.APNS, token="aa", registered_at=MOMENT),
)
REPLY = Reply(outcome=Outcome.RETRY, started_at=MOMENT, duration_ms=1.0, reason="Busy.")


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.ACCEPTED, DeliveryState.ACCEPTED),
        (Outcome.FAILED, DeliveryState.FAILED),
        (Outcome.RETIRED, DeliveryState.RETIRED),
        (Outcome.MISCONFIGURED, DeliveryState.FAILED),
    ],
)
def test_final_outcome_ends_the_delivery(outcome: Outcome, state: DeliveryState) -> None:
    found = judged(PARCEL, replace(REPLY, outcome=outcome), now=MOMENT)

    assert (found.outcome, found.state, found.next_attempt_at) == (outcome, state, None)


def test_retry_leaves_the_delivery_queued_until_its_next_attempt() -> None:
    found = judged(PARCEL, REPLY, now=MOMENT)

    assert found.state == DeliveryState.QUEUED
    assert found.next_attempt_at is not None
    assert found.next_attempt_at > MOMENT


def test_delivery_without_attempts_left_has_failed() -> None:
    found = judged(replace(PARCEL, attempt_number=4), REPLY, now=MOMENT)

    assert (found.outcome, found.state) == (Outcome.FAILED, DeliveryState.FAILED)
    assert found.reason == "Busy. Given up after 4 attempts."


def test_delivery_without_time_left_has_expired() -> None:
    found = judged(replace(PARCEL, expires_at=MOMENT + timedelta(seconds=1)), REPLY, now=MOMENT)

    assert (found.outcome, found.state) == (Outcome.EXPIRED, DeliveryState.EXPIRED)


def test_device_that_registered_again_after_it_went_is_not_gone() -> None:
    gone = replace(REPLY, outcome=Outcome.RETIRED, gone_since=MOMENT - timedelta(seconds=1))

    found = judged(PARCEL, gone, now=MOMENT)

    assert (found.outcome, found.state) == (Outcome.RETRY, DeliveryState.QUEUED)


def test_device_that_went_after_it_registered_is_gone() -> None:
    gone = replace(REPLY, outcome=Outcome.RETIRED, gone_since=MOMENT)

    assert judged(PARCEL, gone, now=MOMENT).state == DeliveryState.RETIRED
