"""A Redis that does not answer is soon left alone, and used again once it does."""

import pytest
from pytest_django import Settings
from redis.exceptions import RedisError, ResponseError

from apps.resilience import redis_pool
from apps.resilience.redis_pool import RedisRests
from apps.resilience.services import RedisRole, redis_client
from devstack.waiting import wait_until
from tests.own_redis import OwnRedis, losing_answers

ROLES = [RedisRole.FAST, RedisRole.ONCE]


def _fail(role: RedisRole, times: int) -> None:
    for _ in range(times):
        with pytest.raises(RedisError) as failure:
            redis_client(role).get("key")
        assert not isinstance(failure.value, RedisRests)


def _is_answered(role: RedisRole) -> bool:
    try:
        return bool(redis_client(role).ping())
    except RedisError:
        return False


@pytest.fixture
def long_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a rest outlast the test."""
    monkeypatch.setattr(redis_pool, "REST_SECONDS", 600.0)


@pytest.mark.usefixtures("usual_waits")
@pytest.mark.parametrize("role", ROLES)
def test_frozen_redis_is_left_alone_and_used_again_once_it_answers(
    role: RedisRole, own_redis: OwnRedis, settings: Settings
) -> None:
    settings.REDIS_URL = own_redis.url
    own_redis.freeze()
    _fail(role, 1)
    while not isinstance(_failure(role), RedisRests):
        pass

    own_redis.thaw()

    assert wait_until(lambda: _is_answered(role), seconds=30)


def _failure(role: RedisRole) -> RedisError | None:
    try:
        redis_client(role).get("key")
    except RedisError as failure:
        return failure
    return None


@pytest.mark.usefixtures("long_rest")
def test_dead_redis_is_left_alone_by_pipelines_and_scripts_too(
    settings: Settings, own_redis: OwnRedis
) -> None:
    settings.REDIS_URL = own_redis.url
    own_redis.stop()
    _fail(RedisRole.FAST, redis_pool.FAILURES_IN_A_ROW)

    client = redis_client(RedisRole.FAST)
    steps = client.pipeline()
    steps.incr("key")
    with pytest.raises(RedisRests):
        steps.execute()
    with pytest.raises(RedisRests):
        client.eval("return 1", 0)


@pytest.mark.usefixtures("usual_waits", "long_rest")
def test_roles_do_not_share_a_breaker(settings: Settings, own_redis: OwnRedis) -> None:
    with losing_answers(own_redis, to=b"INCR") as url:
        settings.REDIS_URL = url
        for _ in range(redis_pool.FAILURES_IN_A_ROW):
            with pytest.raises(RedisError):
                redis_client(RedisRole.FAST).incr("key")

        assert isinstance(_failure(RedisRole.FAST), RedisRests)
        assert wait_until(lambda: _is_answered(RedisRole.ONCE), seconds=30)


def test_error_that_redis_says_is_an_answer(settings: Settings, own_redis: OwnRedis) -> None:
    settings.REDIS_URL = own_redis.url
    client = redis_client(RedisRole.FAST)
    client.set("text", "no number")

    for _ in range(redis_pool.FAILURES_IN_A_ROW * 2):
        with pytest.raises(ResponseError):
            client.incr("text")

    assert client.get("text") == b"no number"
