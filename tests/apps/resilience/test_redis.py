"""Redis clients wait no longer than their role allows, and never repeat a command."""

import asyncio
import socket
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from django.core.cache import caches
from pytest_django import Settings
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as TimedOut

from apps.resilience.redis import forget_failures
from apps.resilience.services import RedisRole, asyncio_redis_client, redis_client
from devstack.waiting import wait_until
from tests.own_redis import OwnRedis, losing_answers
from tests.processes import python_on_the_same_database
from tests.timing import takes_at_most

# What a role allows.
BOUNDS = [(RedisRole.FAST, 0.3), (RedisRole.ONCE, 1.1)]


def is_answered(role: RedisRole) -> bool:
    with suppress(RedisError):
        return bool(redis_client(role).ping())
    return False


@pytest.mark.usefixtures("usual_waits")
@pytest.mark.parametrize("is_kept", [True, False], ids=["kept connection", "new connection"])
@pytest.mark.parametrize(("role", "seconds"), BOUNDS)
def test_silent_server_is_given_up_in_time(
    role: RedisRole, seconds: float, is_kept: bool, own_redis: OwnRedis, settings: Settings
) -> None:
    settings.REDIS_URL = own_redis.url

    def let_it_hang() -> None:
        forget_failures()
        own_redis.thaw()
        if is_kept:
            assert wait_until(lambda: is_answered(role), seconds=30)
        own_redis.freeze()

    def ask() -> None:
        with pytest.raises(TimedOut):
            redis_client(role).get("key")

    assert takes_at_most(seconds, ask, before=let_it_hang)


def test_patience_lets_every_wait_be_longer(settings: Settings) -> None:
    settings.REDIS_PATIENCE = 3

    pool: Any = redis_client(RedisRole.FAST).connection_pool

    assert pool.connection_kwargs["socket_connect_timeout"] == pytest.approx(0.3)
    assert pool.connection_kwargs["socket_timeout"] == pytest.approx(0.45)
    assert pool.timeout == pytest.approx(0.15)
    assert redis_client(RedisRole.IDLE).connection_pool.connection_kwargs["socket_timeout"] is None


@pytest.mark.parametrize("role", RedisRole)
def test_refused_port_is_given_up_at_once(role: RedisRole, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"

    def ask() -> None:
        with pytest.raises(NotConnected):
            redis_client(role).ping()

    assert takes_at_most(0.1, ask, before=forget_failures)


@pytest.mark.usefixtures("usual_waits")
@pytest.mark.parametrize("role", [RedisRole.FAST, RedisRole.ONCE])
def test_command_whose_answer_is_lost_is_not_repeated(
    role: RedisRole, own_redis: OwnRedis, settings: Settings
) -> None:
    with losing_answers(own_redis, to=b"INCR") as url:
        settings.REDIS_URL = url
        assert wait_until(lambda: is_answered(role), seconds=30)
        with pytest.raises(TimedOut):
            redis_client(role).incr("counter")

    settings.REDIS_URL = own_redis.url
    admin = redis_client(RedisRole.ADMIN)
    # What the proxy has sent on may still be on its way.
    assert wait_until(lambda: admin.get("counter") is not None, seconds=30)
    assert admin.get("counter") == b"1"


def test_planted_default_client_repeats_it(own_redis: OwnRedis) -> None:
    """The danger is real: redis-py's own constructor counts more than once."""
    with losing_answers(own_redis, to=b"INCR") as url:
        port = urlsplit(url).port or 0
        careless = redis.Redis(port=port, password=own_redis.password, socket_timeout=0.05)
        with pytest.raises(RedisError):
            careless.incr("counter")

    admin = redis.Redis.from_url(own_redis.url)
    # What the proxy has sent on may still be on its way.
    assert wait_until(lambda: int(admin.get("counter") or 0) > 1, seconds=30)


@pytest.mark.usefixtures("usual_waits")
def test_exhausted_pool_is_waited_for_only_shortly(own_redis: OwnRedis, settings: Settings) -> None:
    settings.REDIS_URL = own_redis.url
    pool = redis_client(RedisRole.FAST).connection_pool
    taken: list[Any] = []

    def is_exhausted() -> bool:
        with suppress(RedisError):
            taken.append(pool.get_connection())
        return len(taken) == pool.max_connections

    assert wait_until(is_exhausted, seconds=60)

    def ask() -> None:
        with pytest.raises(NotConnected):
            redis_client(RedisRole.FAST).ping()

    assert takes_at_most(0.15, ask, before=forget_failures)
    for connection in taken:
        pool.release(connection)


def test_listener_waits_as_long_as_nothing_happens(own_redis: OwnRedis, settings: Settings) -> None:
    settings.REDIS_URL = own_redis.url

    waited_for = redis_client(RedisRole.IDLE).blpop(["nothing"], timeout=1)

    assert waited_for is None


def test_connections_tell_their_name(own_redis: OwnRedis, settings: Settings) -> None:
    settings.REDIS_URL = own_redis.url

    names = {client["name"] for client in redis_client(RedisRole.FAST).client_list()}

    assert "mainstay-fast" in names


# In a process of its own: forking this one, with all its threads, could stop the child for ever.
FORKING = """
from django.conf import settings
from apps.resilience.services import RedisRole, redis_client

settings.REDIS_URL = "{url}"

def client_id():
    return redis_client(RedisRole.FAST).client_id()

parents_id = client_id()
reading, writing = os.pipe()
if os.fork() == 0:
    os.write(writing, str(client_id()).encode())
    os._exit(0)
say(f"{{parents_id}} {{os.read(reading, 32).decode()}} {{client_id()}}")
"""


def test_forked_process_uses_connections_of_its_own(own_redis: OwnRedis) -> None:
    forking = python_on_the_same_database(FORKING.format(url=own_redis.url))

    parents_id, childs_id, parents_id_again = forking.line().split()

    assert childs_id != parents_id
    assert parents_id_again == parents_id


def test_cache_shares_the_fast_pool(settings: Settings) -> None:
    cache_client = caches["default"].client.get_client()  # type: ignore[attr-defined]  # untyped

    assert cache_client.connection_pool is redis_client(RedisRole.FAST).connection_pool


@pytest.mark.usefixtures("usual_waits")
def test_asynchronous_client_gives_up_in_time(own_redis: OwnRedis, settings: Settings) -> None:
    settings.REDIS_URL = own_redis.url
    own_redis.freeze()

    async def ask() -> None:
        async with asyncio_redis_client(RedisRole.FAST) as client:
            with pytest.raises(TimedOut):
                await client.ping()

    assert takes_at_most(0.3, lambda: asyncio.run(ask()))
