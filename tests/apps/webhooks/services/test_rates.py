"""Rates: a receiver gets no more a second than it asked for, however many workers send."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from time import monotonic

import pytest
from django.db import connection

from apps.kernel import clock
from apps.webhooks.models import Delivery, Endpoint, Message
from apps.webhooks.services import deliver_due
from tests.factories.webhooks import EndpointFactory, MessageFactory
from tests.hostile_server import HostileServer, Request, answering

RATE = 20
COUNT = 50


def _deliveries(endpoint: Endpoint, count: int) -> None:
    messages = Message.objects.bulk_create(MessageFactory.build() for _ in range(count))
    Delivery.objects.bulk_create(
        Delivery(message=message, endpoint=endpoint, owner=endpoint.owner, due_at=clock.now())
        for message in messages
    )


@pytest.mark.django_db(transaction=True)
def test_three_workers_together_keep_the_rate_of_an_endpoint(partner: HostileServer) -> None:
    arrivals: list[float] = []

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        arrivals.append(monotonic())
        await answering(200)(request, writer)

    partner.behave = behave
    _deliveries(EndpointFactory.create(url=partner.url, rate_per_second=RATE), COUNT)
    barrier = threading.Barrier(3)

    def work() -> None:
        barrier.wait()
        while Delivery.objects.filter(state="pending").exists():
            deliver_due(seconds=10)
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(work) for _ in range(3)]:
            done.result()

    assert len(arrivals) == COUNT
    # Each has its moment, so however late some of them are, all take as long as the rate says.
    assert max(arrivals) - min(arrivals) >= (COUNT - 1) / RATE - 0.2
    sent = sorted(Delivery.objects.values_list("attempts__started_at", flat=True))
    assert len({moment for earlier, moment in pairwise(sent) if moment > earlier}) == COUNT - 1


@pytest.mark.django_db
def test_other_endpoints_do_not_wait_for_one_with_a_rate(partner: HostileServer) -> None:
    slow = EndpointFactory.create(url=partner.url, rate_per_second=1)
    quick = EndpointFactory.create(url=partner.url)
    _deliveries(slow, 30)
    _deliveries(quick, 30)

    deliver_due(seconds=0.5)

    assert Delivery.objects.filter(endpoint=quick, state="succeeded").count() == 30
    assert Delivery.objects.filter(endpoint=slow, state="succeeded").count() <= 3
    assert not Delivery.objects.filter(endpoint=slow).exclude(lease_token=None).exists()
