"""The cache is counted, and a Redis that fails is a miss that costs little."""

from typing import Any

import pytest
import redis
from django.core.cache.backends.base import BaseCache
from pytest_django import Settings

from apps.observability.cache import ObservedRedisCache, forget_rests
from apps.observability.measures import Measures, measured
from apps.resilience.redis import forget_failures
from devstack.waiting import wait_until
from tests.own_redis import OwnRedis
from tests.timing import takes_at_most


@pytest.fixture
def cache(own_redis: OwnRedis, settings: Settings) -> BaseCache:
    settings.REDIS_URL = own_redis.url
    options = {"CONNECTION_FACTORY": "apps.resilience.redis.CacheConnections"}
    cache: BaseCache = ObservedRedisCache(own_redis.url, {"OPTIONS": options})
    return cache


def is_set(cache: BaseCache, key: str, value: Any) -> bool:
    """Cache a value, and tell whether Redis has said so."""
    cache.set(key, value)
    return bool(cache.get(key) == value)


def test_hits_and_misses_are_counted(cache: BaseCache) -> None:
    cache.set("present", None)
    cache.set("other", 0)

    with measured(Measures()) as counted:
        assert cache.get("present", "default") is None
        assert cache.get("missing", "default") == "default"
        assert cache.get_many(["present", "other", "missing"]) == {"present": None, "other": 0}
        assert "present" in cache
        assert "missing" not in cache
        assert cache.get_or_set("new", 1) == 1

    # get_or_set asks twice: before and after it sets.
    assert (counted.cache_hits, counted.cache_misses) == (1 + 2 + 1 + 1, 1 + 1 + 1 + 1)
    assert counted.cache_seconds > 0


async def test_asynchronous_reads_are_counted_too(cache: BaseCache) -> None:
    with measured(Measures()) as counted:
        await cache.aset("present", 1)
        await cache.aget("present")
        await cache.aget("missing")

    assert (counted.cache_hits, counted.cache_misses) == (1, 1)


def test_other_operations_do_what_they_say(cache: BaseCache) -> None:
    assert cache.add("key", 1)
    assert not cache.add("key", 2)
    assert cache.incr("key") == 2
    assert cache.decr("key", 2) == 0
    assert cache.touch("key", 100)
    assert cache.delete("key")
    assert not cache.delete("key")
    cache.set_many({"a": 1, "b": 2})
    cache.delete_many(["a"])
    assert cache.get_many(["a", "b"]) == {"b": 2}
    with pytest.raises(ValueError, match="not found"):
        cache.incr("missing")


@pytest.mark.usefixtures("usual_waits")
@pytest.mark.parametrize("is_frozen", [True, False], ids=["frozen", "dead"])
def test_redis_that_fails_is_a_miss_and_is_waited_for_once(
    is_frozen: bool, cache: BaseCache, own_redis: OwnRedis
) -> None:
    assert wait_until(lambda: is_set(cache, "present", 1), seconds=30)
    if is_frozen:
        own_redis.freeze()
    else:
        own_redis.stop()

    def ask_and_ask() -> None:
        for _ in range(20):
            assert cache.get("present", "default") == "default"
        assert cache.get_many(["present"]) == {}
        assert "present" not in cache
        cache.set("present", 1)
        assert not cache.add("lock", 1)
        assert not cache.delete("present")

    def know_nothing_of_it() -> None:
        forget_failures()
        forget_rests()

    with measured(Measures()) as counted:
        assert takes_at_most(0.3, ask_and_ask, before=know_nothing_of_it)

    # Redis said neither: what it did not answer is no miss that it would know of.
    assert (counted.cache_hits, counted.cache_misses) == (0, 0)
    assert counted.cache_seconds > 0


@pytest.mark.usefixtures("usual_waits")
def test_redis_that_recovers_is_used_again(cache: BaseCache, own_redis: OwnRedis) -> None:
    assert wait_until(lambda: is_set(cache, "present", 1), seconds=30)
    own_redis.freeze()
    assert cache.get("present") is None

    own_redis.thaw()

    assert wait_until(lambda: cache.get("present") == 1, seconds=30)


def test_refused_command_does_not_put_the_cache_to_rest(
    cache: BaseCache, own_redis: OwnRedis
) -> None:
    cache.set("key", 1)
    redis.Redis.from_url(own_redis.url).config_set("maxmemory", 1)

    assert not cache.add("other", 2)
    assert cache.get("key") == 1
