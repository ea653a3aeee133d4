"""Deliveries only move forward."""

import pytest

from apps.notifications.states import before, may_become
from apps.notifications.types import DeliveryState

ENDS = (DeliveryState.ACCEPTED, DeliveryState.FAILED, DeliveryState.RETIRED, DeliveryState.EXPIRED)


@pytest.mark.parametrize("state", DeliveryState)
def test_nothing_is_queued_again(state: DeliveryState) -> None:
    assert not may_become(state, DeliveryState.QUEUED)


@pytest.mark.parametrize("end", ENDS)
def test_one_end_never_becomes_another(end: DeliveryState) -> None:
    assert not any(may_become(end, other) for other in ENDS)


@pytest.mark.parametrize("end", ENDS)
def test_app_may_tell_of_a_delivery_whatever_its_provider_said(end: DeliveryState) -> None:
    assert may_become(end, DeliveryState.DELIVERED)
    assert may_become(end, DeliveryState.OPENED)


def test_what_was_opened_is_not_delivered_afterwards() -> None:
    assert not may_become(DeliveryState.OPENED, DeliveryState.DELIVERED)


def test_states_before_another_are_those_that_lead_to_it() -> None:
    assert set(before(DeliveryState.OPENED)) == set(DeliveryState) - {DeliveryState.OPENED}
    assert before(DeliveryState.ACCEPTED) == (DeliveryState.QUEUED,)
