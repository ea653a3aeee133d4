"""The cache is counted, and a Redis that fails is a miss that costs little."""

from collections.abc import Iterator
from time import perf_counter
from typing import Any

import pytest
import redis
from django.core.cache.backends.base import BaseCache

from apps.observability.cache import ObservedRedisCache, _resting_until
from apps.observability.measures import Measures, measured
from tests.own_redis import OwnRedis


@pytest.fixture
def cache(own_redis: OwnRedis) -> Iterator[BaseCache]:
    options = {"CONNECTION_FACTORY": "apps.resilience.redis.CacheConnections"}
    cache: Any = ObservedRedisCache(own_redis.url, {"OPTIONS": options})
    yield cache
    _resting_until.pop(own_redis.url, None)


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


@pytest.mark.parametrize("is_frozen", [True, False], ids=["frozen", "dead"])
def test_redis_that_fails_is_a_miss_and_is_waited_for_once(
    is_frozen: bool, cache: BaseCache, own_redis: OwnRedis
) -> None:
    cache.set("present", 1)
    if is_frozen:
        own_redis.freeze()
    else:
        own_redis.stop()

    started = perf_counter()
    with measured(Measures()) as counted:
        for _ in range(20):
            assert cache.get("present", "default") == "default"
        assert cache.get_many(["present"]) == {}
        assert "present" not in cache
        cache.set("present", 1)
        assert not cache.add("lock", 1)
        assert not cache.delete("present")

    assert perf_counter() - started < 0.3 + 0.25
    assert (counted.cache_hits, counted.cache_misses) == (0, 22)


def test_redis_that_recovers_is_used_again(cache: BaseCache, own_redis: OwnRedis) -> None:
    cache.set("present", 1)
    own_redis.freeze()
    assert cache.get("present") is None

    own_redis.thaw()
    _resting_until.clear()

    assert cache.get("present") == 1


def test_refused_command_does_not_put_the_cache_to_rest(
    cache: BaseCache, own_redis: OwnRedis
) -> None:
    cache.set("key", 1)
    redis.Redis.from_url(own_redis.url).config_set("maxmemory", 1)

    assert not cache.add("other", 2)
    assert cache.get("key") == 1
