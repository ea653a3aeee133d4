"""Redis keeps small entries within its bytes; where it fails it is left alone for a moment."""

import pytest
from pytest_django import Settings

from apps.caching.layers import redis as redis_layer
from apps.caching.layers.redis import LARGEST_BYTES, Redis
from apps.kernel import clock
from apps.observability.measures import Measures, measured
from apps.resilience.services import RedisRole, redis_client
from tests.apps.caching.conftest import Hands
from tests.apps.caching.samples import STRICT, entry
from tests.own_redis import OwnRedis
from tests.timing import takes_at_most

MIB = 1024 * 1024


def keys() -> int:
    """Return how many entries there are besides the account of them."""
    return len(list(redis_client(RedisRole.ADMIN).scan_iter("mainstay:{caching}:sample*")))


def test_entry_is_kept_until_it_is_dead() -> None:
    kept = Redis(MIB)
    good, dead = entry(lives=600), entry(lives=-1)

    kept.put("a", good)
    kept.put("b", dead)

    assert kept.get(STRICT.name, "a") == good
    assert kept.get(STRICT.name, "b") is None


def test_large_entries_are_not_for_redis() -> None:
    kept = Redis(MIB)

    assert kept.takes(entry())
    assert not kept.takes(entry(body=b"x" * LARGEST_BYTES))


def test_what_dies_soonest_goes_to_keep_within_the_limit() -> None:
    kept = Redis(50_000)
    for number in range(10):
        kept.put(f"a{number}", entry(body=b"x" * 9_000, lives=600 - number))

    state = kept.state()
    assert state.size_bytes <= 50_000
    assert state.entries == keys() == 5
    assert kept.get(STRICT.name, "a0") is not None
    assert kept.get(STRICT.name, "a9") is None


def test_account_is_right_after_entries_are_replaced_deleted_and_dead(hands: Hands) -> None:
    kept = Redis(MIB)
    for body in (b"x" * 5000, b"x"):
        kept.put("a", entry(body=body, lives=600))
    kept.put("gone", entry(lives=600))
    kept.delete(STRICT.name, "gone")
    kept.put("dead", entry(lives=5))
    hands.move(seconds=10)

    kept.put("b", entry(lives=600))

    client = redis_client(RedisRole.ADMIN)
    sizes = client.hgetall("mainstay:{caching}:sizes")
    assert set(sizes) == {f"{STRICT.name}/a".encode(), f"{STRICT.name}/b".encode()}
    assert kept.state().size_bytes == sum(int(size) for size in sizes.values())
    assert kept.state().entries == 2


def test_entries_of_a_namespace_are_cleared_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_layer, "_CLEARED_AT_ONCE", 3)
    kept = Redis(MIB)
    for number in range(10):
        kept.put(f"a{number}", entry())
    kept.put("other", entry(namespace="sample.other"))

    kept.clear(STRICT.name)

    assert keys() == kept.state().entries == 1
    assert kept.get("sample.other", "other") is not None


def test_corrupt_entry_is_dropped() -> None:
    kept = Redis(MIB)
    kept.put("a", entry())
    redis_client(RedisRole.ADMIN).set(f"mainstay:{{caching}}:{STRICT.name}/a", b"torn")

    assert kept.get(STRICT.name, "a") is None
    assert keys() == kept.state().entries == 0


def test_waits_count_for_the_request_they_are_part_of() -> None:
    with measured(Measures()) as measures:
        Redis(MIB).get(STRICT.name, "a")

    assert measures.cache_seconds > 0


@pytest.mark.usefixtures("usual_waits")
def test_frozen_redis_costs_at_most_its_wait_and_then_nothing(
    own_redis: OwnRedis, settings: Settings
) -> None:
    settings.REDIS_URL = own_redis.url
    kept = Redis(MIB)
    kept.put("a", entry())
    own_redis.freeze()

    def ask_often() -> None:
        for _ in range(20):
            assert kept.get(STRICT.name, "a") is None
            kept.put("a", entry())

    assert takes_at_most(0.3, ask_often)
    assert kept.state().is_resting


def test_it_is_asked_again_after_a_rest(
    own_redis: OwnRedis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_layer, "_REST_SECONDS", 0.0)
    settings.REDIS_URL = own_redis.url
    kept = Redis(MIB)
    own_redis.stop()
    assert kept.get(STRICT.name, "a") is None

    own_redis.start()
    settings.REDIS_URL = own_redis.url
    kept.put("a", entry(made_at=clock.now().timestamp()))

    assert kept.get(STRICT.name, "a") is not None
