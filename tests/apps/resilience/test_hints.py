"""A hint that is lost costs nobody more than a moment, and is counted."""

from prometheus_client import Counter
from pytest_django.fixtures import Settings

from apps.resilience.hints import Hint
from tests.own_redis import OwnRedis, own_redis

__all__ = ["own_redis"]


def test_hint_that_the_broker_does_not_take_is_counted(
    own_redis: OwnRedis, settings: Settings
) -> None:
    settings.REDIS_URL = own_redis.url
    own_redis.stop()
    lost = Counter("tests_hints_lost", "Hints that Redis did not take.", registry=None)

    Hint("tests.nothing", lost=lost).give()

    assert lost._value.get() == 1
