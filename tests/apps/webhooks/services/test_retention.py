"""What is kept, and for how long."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection

from apps.kernel import clock
from apps.webhooks.models import (
    ATTEMPT_PARTITIONS,
    DELIVERY_PARTITIONS,
    MESSAGE_PARTITIONS,
    Attempt,
    Delivery,
    Message,
)
from apps.webhooks.services import deliver_due, maintain, retention
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.hostile_server import HostileServer

pytestmark = pytest.mark.django_db


def test_partitions_are_made_ahead_and_take_over_what_was_caught(partner: HostileServer) -> None:
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))
    deliver_due()

    maintain()

    today = clock.now().date()
    for partitions in (MESSAGE_PARTITIONS, DELIVERY_PARTITIONS, ATTEMPT_PARTITIONS):
        assert partitions.days()[0] == today
        assert partitions.days()[-1] == today + timedelta(days=14)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {partitions.table}_default")
            assert cursor.fetchone() == (0,)
    assert list(Delivery.objects.values_list("pk", flat=True)) == [delivery.pk]
    assert Attempt.objects.filter(delivery=delivery).count() == 1


@pytest.fixture
def last_month() -> datetime:
    """A day past retention, with partitions of its own."""
    moment = clock.now() - timedelta(days=40)
    with time_machine.travel(moment, tick=False):
        for partitions in (MESSAGE_PARTITIONS, DELIVERY_PARTITIONS, ATTEMPT_PARTITIONS):
            partitions.ensure(days_ahead=0)
    return moment


def test_days_past_retention_are_dropped_with_all_that_happened_on_them(
    last_month: datetime,
) -> None:
    DeliveryFactory.create(
        message__occurred_at=last_month, state="succeeded", due_at=None, finished_at=last_month
    )
    kept = DeliveryFactory.create(state="failed", due_at=None, finished_at=clock.now())

    maintain()

    assert list(Delivery.objects.all()) == [kept]
    assert list(Message.objects.all()) == [kept.message]
    assert last_month.date() not in {*DELIVERY_PARTITIONS.days(), *MESSAGE_PARTITIONS.days()}


def test_day_with_a_pending_delivery_is_kept_until_it_is_done(last_month: datetime) -> None:
    delivery = DeliveryFactory.create(message__occurred_at=last_month)

    maintain()

    assert list(Delivery.objects.select_related("message")) == [delivery]
    assert MESSAGE_PARTITIONS.days()[0] == last_month.date()

    Delivery.objects.update(state="failed", due_at=None)
    maintain()

    assert not Delivery.objects.exists()
    assert not Message.objects.exists()


def test_strays_of_days_without_a_partition_go_after_their_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "DELETE_AT_ONCE", 2)
    long_ago, lately = clock.now() - timedelta(days=40), clock.now() - timedelta(days=2)
    stray = {"message__occurred_at": long_ago, "due_at": None}
    for _ in range(5):
        DeliveryFactory.create(**stray, state="succeeded", finished_at=long_ago)
    kept = [
        DeliveryFactory.create(**stray, state="failed", finished_at=lately),
        DeliveryFactory.create(message__occurred_at=long_ago, due_at=long_ago),
    ]

    maintain()

    assert set(Delivery.objects.all()) == set(kept)
    assert set(Message.objects.all()) == {delivery.message for delivery in kept}


def test_what_waits_for_an_endpoint_that_is_gone_is_deleted() -> None:
    delivery = DeliveryFactory.create()
    Delivery.objects.update(endpoint_id=delivery.endpoint_id + 1000)

    maintain()

    assert not Delivery.objects.exists()


def test_what_was_left_at_a_disabled_endpoint_is_cancelled() -> None:
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(state="disabled"))

    maintain()

    delivery.refresh_from_db()
    assert delivery.state == "cancelled"
