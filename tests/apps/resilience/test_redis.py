"""Redis clients wait no longer than their role allows, and never repeat a command."""

import socket
from time import perf_counter
from urllib.parse import urlsplit

import pytest
import redis
from django.core.cache import caches
from pytest_django import Settings
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as TimedOut

from apps.resilience.services import RedisRole, asyncio_redis_client, redis_client
from tests.own_redis import OwnRedis, losing_answers
from tests.processes import python_on_the_same_database

# What a role allows, and some time for a busy machine to notice.
BOUNDS = [(RedisRole.FAST, 0.3), (RedisRole.ONCE, 1.1)]
NOTICE_SECONDS = 0.7


@pytest.mark.parametrize(("role", "seconds"), BOUNDS)
def test_silent_server_is_given_up_in_time(
    role: RedisRole, seconds: float, own_redis: OwnRedis, settings: Settings
) -> None:
    settings.REDIS_URL = own_redis.url
    client = redis_client(role)
    client.ping()
    own_redis.freeze()

    for _ in ("on a kept connection", "on a new one"):
        started = perf_counter()
        with pytest.raises(TimedOut):
            client.get("key")
        assert perf_counter() - started < seconds + NOTICE_SECONDS


@pytest.mark.parametrize("role", RedisRole)
def test_refused_port_is_given_up_at_once(role: RedisRole, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"

    started = perf_counter()
    with pytest.raises(NotConnected):
        redis_client(role).ping()

    assert perf_counter() - started < NOTICE_SECONDS


@pytest.mark.parametrize("role", [RedisRole.FAST, RedisRole.ONCE])
def test_command_whose_answer_is_lost_is_not_repeated(
    role: RedisRole, own_redis: OwnRedis, settings: Settings
) -> None:
    with losing_answers(own_redis, to=b"INCR") as url:
        settings.REDIS_URL = url
        with pytest.raises(TimedOut):
            redis_client(role).incr("counter")

    settings.REDIS_URL = own_redis.url
    assert redis_client(RedisRole.ADMIN).get("counter") == b"1"


def test_planted_default_client_repeats_it(own_redis: OwnRedis) -> None:
    """The danger is real: redis-py's own constructor counts more than once."""
    with losing_answers(own_redis, to=b"INCR") as url:
        port = urlsplit(url).port or 0
        careless = redis.Redis(port=port, password=own_redis.password, socket_timeout=0.05)
        with pytest.raises(RedisError):
            careless.incr("counter")

    assert int(redis.Redis.from_url(own_redis.url).get("counter") or 0) > 1


def test_exhausted_pool_is_waited_for_only_shortly(own_redis: OwnRedis, settings: Settings) -> None:
    settings.REDIS_URL = own_redis.url
    pool = redis_client(RedisRole.FAST).connection_pool
    taken = [pool.get_connection() for _ in range(pool.max_connections)]

    started = perf_counter()
    with pytest.raises(NotConnected):
        redis_client(RedisRole.FAST).ping()

    assert perf_counter() - started < 0.05 + NOTICE_SECONDS
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


async def test_asynchronous_client_gives_up_in_time(
    own_redis: OwnRedis, settings: Settings
) -> None:
    settings.REDIS_URL = own_redis.url
    client = asyncio_redis_client(RedisRole.FAST)
    await client.ping()
    own_redis.freeze()

    started = perf_counter()
    with pytest.raises(TimedOut):
        await client.ping()

    assert perf_counter() - started < 0.3 + NOTICE_SECONDS
    await client.aclose()
