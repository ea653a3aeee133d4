"""What is announced of attempts, and whose word counts."""

from datetime import timedelta
from typing import Any

import pytest

from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.resilience.types import OutboundTiming
from apps.webhooks.models import Attempt, Delivery
from apps.webhooks.services.claiming import claim_due
from apps.webhooks.services.recording import judge, record, release
from apps.webhooks.types import Answer, Parcel
from tests.apps.webhooks.conftest import told_of, topics_of
from tests.factories.webhooks import DeliveryFactory, EndpointFactory, MessageFactory

pytestmark = pytest.mark.django_db


def _answer(status: int | None, **fields: Any) -> Answer:
    return Answer(
        started_at=clock.now(),
        request_headers={},
        timing=OutboundTiming(),
        status=status,
        **fields,
    )


def _claimed() -> list[Parcel]:
    return claim_due(limit=100, rooms={})


def _record(status: int, *parcels: Parcel) -> None:
    record(judge([(parcel, _answer(status)) for parcel in parcels]))


def test_given_up_delivery_is_announced_with_the_correlation_of_its_event() -> None:
    delivery = DeliveryFactory.create(retries_used=5)

    _record(500, *_claimed())

    (told,) = told_of(delivery.endpoint.public_id)
    assert told.topic == "webhooks.delivery.exhausted"
    assert told.payload["delivery_id"] == str(delivery.public_id)
    assert told.payload["event_type"] == "buildings.building.created"
    assert told.audience == (f"user:{delivery.owner.public_id}",)
    assert told.correlation_id == "correlation-of-the-event"


def test_given_up_delivery_of_an_event_about_webhooks_is_not_announced() -> None:
    message = MessageFactory.create(topic="webhooks.delivery.exhausted")
    delivery = DeliveryFactory.create(message=message, retries_used=5)

    _record(500, *_claimed())

    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert topics_of(delivery.endpoint.public_id) == []


def test_410_disables_the_endpoint_cancels_the_rest_and_is_announced() -> None:
    endpoint = EndpointFactory.create()
    first = DeliveryFactory.create(endpoint=endpoint)
    parcels = _claimed()
    waiting = DeliveryFactory.create(
        endpoint=endpoint, due_at=clock.now() + timedelta(hours=1), retries_used=2
    )

    _record(410, *parcels)

    endpoint.refresh_from_db()
    first.refresh_from_db()
    waiting.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_by) == ("disabled", "gone")
    assert first.state == "failed"
    assert waiting.state == "cancelled"
    assert waiting.last_reason == "The endpoint was disabled before this was delivered."
    told = [event for event in told_of(endpoint.public_id) if "disabled" in event.topic]
    assert [event.payload["by"] for event in told] == ["gone"]


def test_worker_that_lost_its_lease_leaves_an_attempt_but_moves_nothing() -> None:
    delivery = DeliveryFactory.create()
    (late,) = _claimed()
    Delivery.objects.update(due_at=clock.now())
    (present,) = _claimed()

    _record(500, late)
    delivery.refresh_from_db()
    assert (delivery.attempt_count, delivery.lease_token) == (0, present.lease_token)

    _record(200, present)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == ("succeeded", 1)
    assert Attempt.objects.filter(delivery=delivery).count() == 2


def test_unsent_parcel_is_due_at_once_for_whoever_comes_next() -> None:
    delivery = DeliveryFactory.create()
    parcels = _claimed()

    release(parcels)

    delivery.refresh_from_db()
    assert delivery.lease_token is None
    assert delivery.attempt_count == 0
    assert [parcel.delivery_id for parcel in _claimed()] == [delivery.id]


def test_parcel_released_by_a_stranger_to_the_lease_stays_held() -> None:
    DeliveryFactory.create()
    (parcel,) = _claimed()
    Delivery.objects.update(lease_token=new_id())

    release([parcel])

    assert _claimed() == []
