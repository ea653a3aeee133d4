"""Hints wake a worker and stand for one another; work takes a step of everything."""

import pytest
from prometheus_client import REGISTRY

from apps.notifications import services, tasks
from apps.notifications.models import Delivery
from apps.notifications.types import DeliveryState, PushService
from apps.resilience import hints
from devstack.push.services import PushServices
from tests.apps.notifications.pushing import account_at, device_at
from tests.factories.notifications import DeliveryFactory
from tests.own_redis import OwnRedis, broker, own_redis, queued

__all__ = ["broker", "own_redis"]


@pytest.mark.usefixtures("broker")
def test_hints_that_nobody_took_up_stand_for_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "WAITING_MILLISECONDS", 600_000)

    for _ in range(5):
        tasks.hint.give()

    assert queued() == 1


@pytest.mark.usefixtures("broker")
@pytest.mark.django_db
def test_work_sends_what_is_due(push_services: PushServices) -> None:
    DeliveryFactory.create(
        registration=device_at(push_services, account_at(push_services, PushService.APNS))
    )

    tasks.work()

    assert Delivery.objects.get().state == DeliveryState.ACCEPTED
    assert queued() == 0


@pytest.mark.usefixtures("broker")
@pytest.mark.django_db
def test_run_that_had_too_little_time_asks_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "deliver_due", lambda: True)

    tasks.work()

    assert queued() == 1


@pytest.mark.usefixtures("broker")
@pytest.mark.django_db
def test_dead_redis_loses_the_hint_and_nothing_else(
    broker: OwnRedis, push_services: PushServices
) -> None:
    device = device_at(push_services, account_at(push_services, PushService.FCM))
    DeliveryFactory.create(registration=device)
    lost = REGISTRY.get_sample_value("mainstay_notification_hints_lost_total") or 0.0
    broker.stop()

    tasks.hint.give()
    tasks.work()

    assert REGISTRY.get_sample_value("mainstay_notification_hints_lost_total") == lost + 1
    assert Delivery.objects.get().state == DeliveryState.ACCEPTED
