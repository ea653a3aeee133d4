"""Hints wake a worker, stand for one another, and cost little when Redis is dead or frozen."""

import socket

import pytest
from kombu.exceptions import OperationalError
from prometheus_client import REGISTRY
from pytest_django.fixtures import Settings
from redis.exceptions import RedisError

from apps.resilience import hints
from apps.resilience.redis import forget_failures
from apps.webhooks import services, tasks
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.hostile_server import HostileServer
from tests.own_redis import OwnRedis, broker, own_redis, queued, usual_waits
from tests.timing import takes_at_most

__all__ = ["broker", "own_redis", "usual_waits"]

# What a hint may cost.
BOUND_SECONDS = 0.3


def _lost() -> float:
    return REGISTRY.get_sample_value("mainstay_webhook_hints_lost_total") or 0.0


@pytest.mark.usefixtures("broker")
def test_hints_that_nobody_took_up_stand_for_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "WAITING_MILLISECONDS", 600_000)

    for _ in range(5):
        tasks.hint.give()

    assert queued() == 1


@pytest.mark.usefixtures("broker")
@pytest.mark.django_db
def test_hint_given_while_a_worker_runs_isqueued() -> None:
    tasks.hint.give()
    tasks.deliver_due()

    tasks.hint.give()

    assert queued() == 2


@pytest.mark.usefixtures("broker")
@pytest.mark.django_db
def test_task_delivers_what_is_due(partner: HostileServer) -> None:
    DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))

    tasks.deliver_due()

    assert len(partner.requests) == 1
    assert queued() == 0


@pytest.mark.usefixtures("broker")
def test_run_that_had_too_little_time_asks_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "deliver_due", lambda: True)

    tasks.deliver_due()

    assert queued() == 1


@pytest.mark.usefixtures("usual_waits")
def test_frozen_redis_costs_a_hint_and_no_more_than_its_bound(broker: OwnRedis) -> None:
    broker.freeze()

    def lose_a_hint() -> None:
        lost = _lost()
        tasks.hint.give()
        assert _lost() == lost + 1

    assert takes_at_most(BOUND_SECONDS, lose_a_hint, before=forget_failures)


@pytest.mark.usefixtures("usual_waits")
def test_broker_that_freezes_between_note_and_message_costs_no_more(broker: OwnRedis) -> None:
    broker.freeze()

    def fail_to_publish() -> None:
        with pytest.raises((OperationalError, RedisError)):
            tasks.hint.publish()

    assert takes_at_most(BOUND_SECONDS, fail_to_publish)


@pytest.mark.django_db
def test_dead_redis_loses_the_hint_and_nothing_else(
    settings: Settings, partner: HostileServer
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.REDIS_URL = settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
    DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))
    lost = _lost()

    tasks.hint.give()
    tasks.deliver_due()

    assert _lost() == lost + 1
    assert len(partner.requests) == 1
