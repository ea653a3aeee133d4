"""Rates: a receiver gets no more a second than it asked for, however many workers send."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.kernel import clock
from apps.webhooks.models import Delivery, Endpoint, Message
from apps.webhooks.services import deliver_due
from tests.factories.webhooks import EndpointFactory, MessageFactory
from tests.hostile_server import HostileServer

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
    began = clock.now()
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

    assert len(partner.requests) == COUNT
    # Each has its moment, which it is never ahead of, however late some of them are.
    sent = sorted(Delivery.objects.values_list("attempts__started_at", flat=True))
    after = [(moment - began).total_seconds() for moment in sent]
    assert all(seconds >= number / RATE for number, seconds in enumerate(after)), after


@pytest.mark.django_db
def test_other_endpoints_do_not_wait_for_one_with_a_rate(partner: HostileServer) -> None:
    slow = EndpointFactory.create(url=partner.url, rate_per_second=1)
    quick = EndpointFactory.create(url=partner.url)
    _deliveries(slow, 30)
    _deliveries(quick, 30)

    while Delivery.objects.filter(endpoint=quick, state="pending").exists():
        deliver_due(seconds=0.5)

    assert Delivery.objects.filter(endpoint=quick, state="succeeded").count() == 30
    assert Delivery.objects.filter(endpoint=slow, state="pending").exists()
    assert not Delivery.objects.filter(endpoint=slow).exclude(lease_token=None).exists()
