"""The embedded Redis starts, keeps its data if durable, and lets nobody in without password."""

from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from devstack.redis import EmbeddedRedis

ONCE = Retry(NoBackoff(), 0)


@pytest.mark.parametrize(("durable", "kept"), [(True, b"yes"), (False, None)])
def test_only_durable_server_keeps_data(dev: Path, *, durable: bool, kept: bytes | None) -> None:
    with EmbeddedRedis(dev / "redis", durable=durable) as server:
        url = server.url
        with redis.Redis.from_url(url) as client:
            client.set("kept", "yes")

    with EmbeddedRedis(dev / "redis", durable=durable) as server:
        assert server.url == url
        with redis.Redis.from_url(url) as client:
            assert client.get("kept") == kept


def test_nothing_is_evicted(dev: Path) -> None:
    with (
        EmbeddedRedis(dev / "redis", durable=False) as server,
        redis.Redis.from_url(server.url) as client,
    ):
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_client_without_password_is_refused(dev: Path) -> None:
    with (
        EmbeddedRedis(dev / "redis", durable=False) as server,
        redis.Redis(port=server.port, retry=ONCE) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_stopped_server_has_no_process_and_may_be_stopped_again(dev: Path) -> None:
    server = EmbeddedRedis(dev / "redis", durable=False)
    server.start()
    server.stop()
    server.stop()

    assert server.pid is None
    assert server.has_ended
