"""Hints wake a worker, stand for one another, and cost little when Redis is dead or frozen."""

import socket
from time import perf_counter

import pytest
from kombu.exceptions import OperationalError
from prometheus_client import REGISTRY
from pytest_django.fixtures import Settings
from redis.exceptions import RedisError

from apps.resilience.services import RedisRole, redis_client
from apps.webhooks import services, tasks
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.hostile_server import HostileServer
from tests.own_redis import OwnRedis, own_redis

__all__ = ["own_redis"]

# What a hint may cost, and some time for a busy machine to notice.
BOUND_SECONDS = 0.3 + 0.25


@pytest.fixture
def broker(own_redis: OwnRedis, settings: Settings) -> OwnRedis:
    settings.REDIS_URL = settings.CELERY_BROKER_URL = own_redis.url
    return own_redis


def _queued() -> int:
    return int(redis_client(RedisRole.ADMIN).llen("default"))


def _lost() -> float:
    return REGISTRY.get_sample_value("mainstay_webhook_hints_lost_total") or 0.0


@pytest.mark.usefixtures("broker")
def test_hints_that_nobody_took_up_stand_for_one_another() -> None:
    for _ in range(5):
        tasks.hint()

    assert _queued() == 1


@pytest.mark.usefixtures("broker")
@pytest.mark.django_db
def test_hint_given_while_a_worker_runs_is_queued() -> None:
    tasks.hint()
    tasks.deliver_due()

    tasks.hint()

    assert _queued() == 2


@pytest.mark.usefixtures("broker")
@pytest.mark.django_db
def test_task_delivers_what_is_due(partner: HostileServer) -> None:
    DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))

    tasks.deliver_due()

    assert len(partner.requests) == 1
    assert _queued() == 0


@pytest.mark.usefixtures("broker")
def test_run_that_had_too_little_time_asks_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "deliver_due", lambda: True)

    tasks.deliver_due()

    assert _queued() == 1


def test_frozen_redis_costs_a_hint_and_no_more_than_its_bound(broker: OwnRedis) -> None:
    redis_client(RedisRole.FAST).ping()
    broker.freeze()
    lost = _lost()

    started = perf_counter()
    tasks.hint()

    assert perf_counter() - started < BOUND_SECONDS
    assert _lost() == lost + 1


def test_broker_that_freezes_between_note_and_message_costs_no_more(broker: OwnRedis) -> None:
    broker.freeze()

    started = perf_counter()
    with pytest.raises((OperationalError, RedisError)):
        tasks._publish()

    assert perf_counter() - started < BOUND_SECONDS


@pytest.mark.django_db
def test_dead_redis_loses_the_hint_and_nothing_else(
    settings: Settings, partner: HostileServer
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.REDIS_URL = settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
    DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))
    lost = _lost()

    tasks.hint()
    tasks.deliver_due()

    assert _lost() == lost + 1
    assert len(partner.requests) == 1
