"""Who gets which deliveries, and for how long."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from apps.kernel import clock
from apps.webhooks.models import Delivery, Endpoint, Message
from apps.webhooks.services.claiming import LEASE, claim_due
from apps.webhooks.types import Parcel
from tests.factories.webhooks import DeliveryFactory, EndpointFactory, MessageFactory


def _deliveries(endpoint: Endpoint, count: int) -> None:
    messages = Message.objects.bulk_create(MessageFactory.build() for _ in range(count))
    Delivery.objects.bulk_create(
        Delivery(message=message, endpoint=endpoint, owner=endpoint.owner, due_at=clock.now())
        for message in messages
    )


@pytest.mark.django_db
def test_parcel_holds_all_that_sending_takes() -> None:
    delivery = DeliveryFactory.create(attempt_count=2, retries_used=1)

    (parcel,) = claim_due(limit=10, rooms={})

    assert parcel.delivery_id == delivery.id
    assert parcel.url == delivery.endpoint.url
    assert parcel.message_id == delivery.message.public_id
    assert parcel.body == delivery.message.body
    assert (parcel.attempt_number, parcel.retries_used) == (3, 1)
    assert len(parcel.secrets) == 1


@pytest.mark.django_db
def test_claimed_delivery_is_nobody_elses_until_the_lease_ends() -> None:
    DeliveryFactory.create()
    claim_due(limit=10, rooms={})

    assert claim_due(limit=10, rooms={}) == []

    with time_machine.travel(clock.now() + LEASE + timedelta(seconds=1), tick=False):
        assert len(claim_due(limit=10, rooms={})) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "standing",
    [{"state": "disabled"}, {"paused_until": clock.now() + timedelta(hours=1)}],
    ids=["disabled", "paused"],
)
def test_endpoint_that_wants_nothing_now_is_passed_over(standing: dict[str, object]) -> None:
    DeliveryFactory.create(endpoint=EndpointFactory.create(**standing))

    assert claim_due(limit=10, rooms={}) == []


@pytest.mark.django_db
def test_endpoint_with_many_leaves_room_for_those_with_few() -> None:
    busy = EndpointFactory.create()
    _deliveries(busy, 300)
    others = [DeliveryFactory.create().endpoint_id for _ in range(5)]

    claimed = claim_due(limit=100, rooms={busy.id: 500})

    assert {parcel.endpoint_id for parcel in claimed} == {busy.id, *others}


@pytest.mark.django_db
def test_no_more_of_an_endpoint_is_claimed_than_there_is_room() -> None:
    full, known, unknown = (EndpointFactory.create() for _ in range(3))
    for endpoint in (full, known, unknown):
        _deliveries(endpoint, 60)

    claimed = claim_due(limit=500, rooms={full.id: 0, known.id: 50})

    assert _count(claimed, full) == 0
    assert _count(claimed, known) == 50
    assert _count(claimed, unknown) == 20


@pytest.mark.django_db
def test_claim_never_exceeds_its_limit() -> None:
    for _ in range(8):
        _deliveries(EndpointFactory.create(), 20)

    assert len(claim_due(limit=50, rooms={})) == 50


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_never_claim_the_same() -> None:
    for _ in range(4):
        _deliveries(EndpointFactory.create(), 100)
    barrier = threading.Barrier(4)

    def work() -> list[int]:
        barrier.wait()
        claimed: list[int] = []
        while parcels := claim_due(limit=30, rooms={}):
            claimed += [parcel.delivery_id for parcel in parcels]
        connection.close()
        return claimed

    with ThreadPoolExecutor(4) as pool:
        claims = [run.result() for run in [pool.submit(work) for _ in range(4)]]

    everything = [delivery for claimed in claims for delivery in claimed]
    assert len(everything) == len(set(everything)) == 400


def _count(parcels: Sequence[Parcel], endpoint: Endpoint) -> int:
    return sum(parcel.endpoint_id == endpoint.id for parcel in parcels)
