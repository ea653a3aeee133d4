"""What is kept, and for how long."""

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from apps.kernel import clock
from apps.webhooks.models import ATTEMPT_PARTITIONS, Attempt, Delivery, Message
from apps.webhooks.services import deliver_due, maintain, retention
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.hostile_server import HostileServer

pytestmark = pytest.mark.django_db


def test_partitions_are_made_ahead_and_take_over_what_was_caught(partner: HostileServer) -> None:
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))
    deliver_due()

    maintain()

    today = clock.now().date()
    assert ATTEMPT_PARTITIONS.days()[0] == today
    assert ATTEMPT_PARTITIONS.days()[-1] == today + timedelta(days=14)
    assert Attempt.objects.filter(delivery=delivery).count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM webhooks_attempt_default")
        assert cursor.fetchone() == (0,)


def test_finished_deliveries_go_after_their_time_and_pending_ones_never(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOKS_RETENTION_DAYS = 30
    monkeypatch.setattr(retention, "DELETE_AT_ONCE", 2)
    long_ago, lately = clock.now() - timedelta(days=31), clock.now() - timedelta(days=29)
    for _ in range(5):
        DeliveryFactory.create(state="succeeded", due_at=None, finished_at=long_ago)
    kept = [
        DeliveryFactory.create(state="failed", due_at=None, finished_at=lately),
        DeliveryFactory.create(due_at=long_ago),
    ]
    Message.objects.update(created_at=long_ago)

    maintain()

    assert set(Delivery.objects.all()) == set(kept)
    assert set(Message.objects.all()) == {delivery.message for delivery in kept}


def test_what_was_left_at_a_disabled_endpoint_is_cancelled() -> None:
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(state="disabled"))

    maintain()

    delivery.refresh_from_db()
    assert delivery.state == "cancelled"
