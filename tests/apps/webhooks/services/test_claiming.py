"""Who gets which deliveries, and for how long."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from time import monotonic
from typing import Any

import pytest
import time_machine
from django.db import connection

from apps.kernel import clock
from apps.webhooks.models import Delivery, Endpoint, Message
from apps.webhooks.services import claiming
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


@pytest.mark.django_db
def test_endpoint_with_a_rate_gets_a_time_for_each_and_no_more_than_two_seconds_ahead() -> None:
    endpoint = EndpointFactory.create(rate_per_second=4)
    _deliveries(endpoint, 20)
    begun = clock.now()

    with time_machine.travel(begun, tick=False):
        first = claim_due(limit=100, rooms={})
        none = claim_due(limit=100, rooms={})
    with time_machine.travel(begun + timedelta(seconds=1), tick=False):
        second = claim_due(limit=100, rooms={})

    seconds = [
        (parcel.send_at - begun).total_seconds() for parcel in first + second if parcel.send_at
    ]
    assert sorted(seconds) == [number / 4 for number in range(12)]
    assert (len(first), len(none), len(second)) == (8, 0, 4)


@pytest.mark.django_db
def test_idle_endpoint_saves_nothing_up() -> None:
    endpoint = EndpointFactory.create(
        rate_per_second=1, booked_until=clock.now() - timedelta(hours=1)
    )
    _deliveries(endpoint, 20)

    assert len(claim_due(limit=100, rooms={})) == 2


@pytest.mark.django_db(transaction=True)
def test_workers_keep_a_rate_together() -> None:
    endpoint = EndpointFactory.create(rate_per_second=10)
    _deliveries(endpoint, 200)
    others = EndpointFactory.create()
    _deliveries(others, 100)

    parcels = _claimed_by_workers(4, seconds=1.5)
    # What a busy machine has left undone in that time.
    for _ in range(10):
        parcels += claim_due(limit=30, rooms={})

    sent_at = sorted(parcel.send_at for parcel in parcels if parcel.send_at)
    assert len(sent_at) == len(set(sent_at))
    assert sent_at[-1] <= clock.now() + claiming.BOOKED_AHEAD + timedelta(seconds=0.1)
    gaps = [later - earlier for earlier, later in pairwise(sent_at)]
    assert min(gaps) >= timedelta(seconds=0.0999)
    assert _count(parcels, others) == 100


@pytest.mark.django_db
def test_endpoint_whose_breaker_is_half_open_gets_one_delivery_at_a_time() -> None:
    moment = clock.now()
    endpoint = EndpointFactory.create(trips=2, paused_until=moment - timedelta(seconds=1))
    _deliveries(endpoint, 10)

    (probe,) = claim_due(limit=100, rooms={endpoint.id: 500})

    assert probe.is_probe
    assert claim_due(limit=100, rooms={}) == []
    with time_machine.travel(moment + LEASE + timedelta(seconds=2), tick=False):
        assert len(claim_due(limit=100, rooms={})) == 1


@pytest.mark.django_db(transaction=True)
def test_workers_send_one_probe_together() -> None:
    endpoint = EndpointFactory.create(trips=1, paused_until=clock.now())
    _deliveries(endpoint, 100)

    assert len(_claimed_by_workers(4, seconds=0.5)) == 1


@pytest.mark.django_db
def test_ordered_endpoint_gets_the_oldest_of_each_key() -> None:
    endpoint = EndpointFactory.create(is_ordered=True)
    firsts = [_keyed(endpoint, key) for key in "abc"]
    for key in "abccba":
        _keyed(endpoint, key)

    claimed = claim_due(limit=100, rooms={})

    assert {parcel.delivery_id for parcel in claimed} == {delivery.id for delivery in firsts}
    assert claim_due(limit=100, rooms={}) == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled"])
def test_next_of_a_key_follows_when_the_one_before_it_has_ended_however(state: str) -> None:
    endpoint = EndpointFactory.create(is_ordered=True)
    first, second = _keyed(endpoint, "a"), _keyed(endpoint, "a")
    Delivery.objects.filter(id=first.id).update(state=state, due_at=None)

    (parcel,) = claim_due(limit=100, rooms={})

    assert parcel.delivery_id == second.id


@pytest.mark.django_db
def test_one_that_waits_for_its_next_attempt_holds_up_its_key_and_no_other() -> None:
    endpoint = EndpointFactory.create(is_ordered=True)
    _keyed(endpoint, "a", due_at=clock.now() + timedelta(minutes=5))
    _keyed(endpoint, "a")
    other = _keyed(endpoint, "b")

    (parcel,) = claim_due(limit=100, rooms={})

    assert parcel.delivery_id == other.id


@pytest.mark.django_db
def test_what_is_older_than_the_order_is_claimed_as_ever() -> None:
    endpoint = EndpointFactory.create(is_ordered=True)
    _deliveries(endpoint, 5)
    _keyed(endpoint, "a")

    assert len(claim_due(limit=100, rooms={})) == 6


@pytest.mark.django_db
def test_among_more_keys_than_are_looked_at_each_gets_its_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claiming, "KEYS_LOOKED_AT", 10)
    endpoint = EndpointFactory.create(is_ordered=True)
    blocked = [_keyed(endpoint, f"blocked-{number}") for number in range(40)]
    Delivery.objects.update(due_at=clock.now() + timedelta(hours=1))
    free = [_keyed(endpoint, f"free-{number}") for number in range(10)]

    claimed: set[int] = set()
    for _ in range(1000):
        claimed |= {parcel.delivery_id for parcel in claim_due(limit=100, rooms={})}

    assert claimed == {delivery.id for delivery in free}
    assert not claimed & {delivery.id for delivery in blocked}


def _keyed(endpoint: Endpoint, key: str, **fields: Any) -> Delivery:
    return DeliveryFactory.create(endpoint=endpoint, ordering_key=key, **fields)


def _claimed_by_workers(count: int, *, seconds: float) -> list[Parcel]:
    """What so many threads claim that go on claiming for a while."""
    barrier = threading.Barrier(count)

    def work() -> list[Parcel]:
        barrier.wait()
        claimed: list[Parcel] = []
        deadline = monotonic() + seconds
        claimed += claim_due(limit=30, rooms={})
        while monotonic() < deadline:
            claimed += claim_due(limit=30, rooms={})
        connection.close()
        return claimed

    with ThreadPoolExecutor(count) as pool:
        runs = [pool.submit(work) for _ in range(count)]
        return [parcel for run in runs for parcel in run.result()]


def _count(parcels: Sequence[Parcel], endpoint: Endpoint) -> int:
    return sum(parcel.endpoint_id == endpoint.id for parcel in parcels)
