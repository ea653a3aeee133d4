"""A Redis of a test's own, which it may freeze or kill, and a proxy that loses its answers."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.resilience.services import RedisRole, redis_client
from devstack.redis import EmbeddedRedis
from devstack.waiting import wait_until
from tests.processes import is_stopped


class OwnRedis(EmbeddedRedis):
    """A Redis that nobody else uses."""

    def freeze(self) -> None:
        """Let it accept connections and answer nothing, as a machine that hangs does."""
        self._signal(signal.SIGSTOP)
        # A busy machine may let it answer once more before it gets round to that.
        assert self.pid is not None
        assert wait_until(partial(is_stopped, self.pid), seconds=30)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self.pid is not None
        os.kill(self.pid, number)


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """A running Redis of the test's own."""
    server = OwnRedis(tmp_path / "redis", durable=False)
    with server:
        yield server
        if server.pid is not None:
            server.thaw()


@pytest.fixture
def broker(own_redis: OwnRedis, settings: Settings) -> OwnRedis:
    """The same, through which tasks are sent to workers, of whom there are none."""
    settings.REDIS_URL = settings.CELERY_BROKER_URL = own_redis.url
    return own_redis


def queued() -> int:
    """Return how many tasks wait for a worker."""
    return int(redis_client(RedisRole.ADMIN).llen("default"))


@pytest.fixture
def usual_waits(settings: Settings) -> None:
    """Wait for Redis no longer than in production: this test is about those waits."""
    settings.REDIS_PATIENCE = 1


@contextmanager
def losing_answers(server: EmbeddedRedis, *, to: bytes) -> Iterator[str]:
    """A way to the server on which commands holding these bytes arrive, and answers do not."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, server.port, to), daemon=True).start()
    yield server.url.replace(f":{server.port}/", f":{listener.getsockname()[1]}/")
    listener.close()


def _accept(listener: socket.socket, port: int, lost: bytes) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_relay, args=(client, port, lost), daemon=True).start()


def _relay(client: socket.socket, port: int, lost: bytes) -> None:
    with suppress(OSError), client, socket.create_connection(("127.0.0.1", port)) as server:
        while command := client.recv(65536):
            server.sendall(command)
            answer = server.recv(65536)
            if lost not in command:
                client.sendall(answer)
