"""What resilience lets health look at."""

import asyncio
from typing import Any

import pytest
from health_check.exceptions import ServiceUnavailable
from pytest_django import Settings

from apps.health.ports import checks
from tests.own_redis import OwnRedis


def look_at(name: str) -> None:
    check = checks.get(name)
    assert check is not None
    probe: Any = check.make()
    answer = probe.run()
    if answer is not None:
        asyncio.run(answer)


@pytest.mark.parametrize("ends", ["frozen", "dead"])
def test_redis_is_well_until_it_is_frozen_or_dead(
    ends: str, own_redis: OwnRedis, settings: Settings
) -> None:
    settings.REDIS_URL = own_redis.url
    look_at("redis")
    settings.REDIS_PATIENCE = 1

    if ends == "frozen":
        own_redis.freeze()
    else:
        own_redis.stop()

    with pytest.raises(ServiceUnavailable):
        look_at("redis")


def test_celery_is_not_well_without_a_worker() -> None:
    with pytest.raises(ServiceUnavailable):
        look_at("celery")


def test_neither_keeps_requests_away() -> None:
    for name in ("redis", "celery"):
        check = checks.get(name)
        assert check is not None
        assert not check.is_decisive
