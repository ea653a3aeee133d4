"""Order per key: one after the other and in order, whatever fails, and whoever sends."""

import asyncio
import json
import random
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.services import deliver_due, fan_out, update_endpoint
from tests.factories.buildings import BuildingFactory
from tests.factories.webhooks import EndpointFactory, logged
from tests.hostile_server import HostileServer, Request, answering

KEYS = 5
EVENTS = 200


def _numbers_taken(partner: HostileServer, *, failing: float = 0.0) -> dict[str, list[int]]:
    """Let the partner fail by chance; return what it will have taken, by building."""
    chance = random.Random(6)
    under_way: set[str] = set()
    taken: dict[str, list[int]] = defaultdict(list)

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        told = json.loads(request.body)["data"]
        assert told["key"] not in under_way, "two of one key at once"
        under_way.add(told["key"])
        await asyncio.sleep(0.001)
        under_way.discard(told["key"])
        if chance.random() < failing:
            await answering(500)(request, writer)
            return
        taken[told["key"]].append(told["number"])
        await answering(200)(request, writer)

    partner.behave = behave
    return taken


def _happen(owner: User, count: int, *, keys: int) -> dict[str, list[int]]:
    """Write so many events about a few buildings; return the order they happened in."""
    houses = [BuildingFactory.create(owner__user=owner) for _ in range(keys)]
    happened: dict[str, list[int]] = defaultdict(list)
    events = []
    for number in range(count):
        scope = f"building:{houses[number % keys].public_id}"
        happened[scope].append(number)
        events.append(logged(audience=(scope,), key=scope, number=number))
    for first in range(0, count, 50):
        fan_out(events[first : first + 50])
    return happened


@pytest.mark.django_db(transaction=True)
def test_events_of_a_key_arrive_in_order_through_failures_and_three_workers(
    owner: User, partner: HostileServer, settings: Settings
) -> None:
    settings.WEBHOOKS_RETRY_SECONDS = (0.01,) * 20
    EndpointFactory.create(owner=owner, url=partner.url, is_ordered=True)
    happened = _happen(owner, EVENTS, keys=KEYS)
    taken = _numbers_taken(partner, failing=0.2)

    _work_until_done(workers=3)

    assert {key: list(dict.fromkeys(numbers)) for key, numbers in taken.items()} == happened
    assert Delivery.objects.filter(state="succeeded").count() == EVENTS


@pytest.mark.django_db
def test_one_that_is_given_up_lets_the_next_of_its_key_pass(
    owner: User, partner: HostileServer, settings: Settings
) -> None:
    settings.WEBHOOKS_RETRY_SECONDS = ()
    EndpointFactory.create(owner=owner, url=partner.url, is_ordered=True)
    ((_, numbers),) = _happen(owner, 6, keys=1).items()
    partner.behave = answering(500)

    deliver_due()

    sent = [json.loads(request.body)["data"]["number"] for request in partner.requests]
    assert sent == numbers
    assert Delivery.objects.filter(state="failed").count() == 6


@pytest.mark.django_db
def test_order_is_kept_only_where_it_is_asked_for(owner: User, partner: HostileServer) -> None:
    endpoint = EndpointFactory.create(owner=owner, url=partner.url)
    _happen(owner, 4, keys=2)
    assert set(_keys(endpoint)) == {""}

    update_endpoint(endpoint_id=endpoint.public_id, is_ordered=True)
    happened = _happen(owner, 4, keys=2)
    deliver_due()

    assert len(partner.requests) == 8
    assert [key for key in _keys(endpoint) if key] == [*happened] * 2


def _keys(endpoint: Endpoint) -> list[str]:
    deliveries = Delivery.objects.filter(endpoint=endpoint).order_by("id")
    return list(deliveries.values_list("ordering_key", flat=True))


def _work_until_done(*, workers: int) -> None:
    barrier = threading.Barrier(workers)

    def work() -> None:
        barrier.wait()
        while Delivery.objects.filter(state="pending").exists():
            deliver_due(seconds=2)
            sleep(0.005)
        connection.close()

    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(work) for _ in range(workers)]:
            done.result()
