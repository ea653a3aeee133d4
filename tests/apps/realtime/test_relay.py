"""Nodes are told in order; a Redis that takes nothing costs nothing but the hint."""

from typing import Any

from prometheus_client import REGISTRY
from pytest_django.fixtures import Settings

from apps.kernel.ids import new_id
from apps.realtime.relay import relay
from apps.realtime.types import Publication
from apps.realtime.wire import publication_of, redis_channel, unpacked
from apps.resilience.services import RedisRole, redis_client
from devstack.waiting import wait_until
from tests.factories.webhooks import logged


def _publications(channel: str) -> list[Publication]:
    return [
        publication_of(logged(number=offset), channel=channel, epoch="a", offset=offset)
        for offset in (1, 2, 3)
    ]


def _count(name: str) -> float:
    return REGISTRY.get_sample_value(f"mainstay_realtime_{name}_total") or 0.0


def test_nodes_that_listen_are_told_in_order() -> None:
    channel = f"user:{new_id()}"
    sent, told = _publications(channel), list[Publication]()
    redis: Any = redis_client(RedisRole.IDLE)
    listening = redis.pubsub(ignore_subscribe_messages=True)
    listening.subscribe(redis_channel(channel))
    listening.get_message(timeout=5)

    relay(sent)

    def has_all() -> bool:
        message = listening.get_message(timeout=0.1)
        if message:
            told.append(unpacked(message["data"]))
        return len(told) == 3

    wait_until(has_all, seconds=30)
    listening.close()
    assert told == sent


def test_what_redis_did_not_take_is_counted_and_not_raised(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    lost, numbered = _count("hints_lost"), _count("publications")

    relay(_publications(f"user:{new_id()}"))

    assert _count("hints_lost") - lost == 3
    assert _count("publications") - numbered == 3
