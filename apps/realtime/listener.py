"""A node's ear at Redis: one connection, subscribed to what somebody here listens to.

What it hears is a hint. It says whether it hears at all, so that others know when to look for
themselves; a Redis that accepts connections and says nothing counts as dead.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from apps.resilience.services import RedisRole, asyncio_redis_client

log = structlog.get_logger("realtime")

_PING_SECONDS = 1.0
_SILENCE_SECONDS = 3.0
_REST_SECONDS = 0.5
_SUBSCRIBED_SECONDS = 1.0

Heard = Callable[[str, bytes], None]


class Listener:
    """Subscribes, hears, and comes back after every failure with all its subscriptions."""

    def __init__(self, *, heard: Heard, came_back: Callable[[], None]) -> None:
        self._heard = heard
        self._came_back = came_back
        self._names: set[str] = set()
        self._changes: asyncio.Queue[tuple[str, tuple[str, ...]]] = asyncio.Queue()
        self._confirming: dict[str, asyncio.Future[None]] = {}
        self._heard_at = 0.0
        self.is_alive = False

    async def subscribe(self, name: str) -> None:
        """Listen to a channel of Redis; returns when Redis says so, or at once while it is dead."""
        self._names.add(name)
        if not self.is_alive:
            return
        confirmed = self._confirming.setdefault(name, asyncio.get_running_loop().create_future())
        self._changes.put_nowait(("subscribe", (name,)))
        with suppress(TimeoutError):
            await asyncio.wait_for(
                asyncio.shield(confirmed), _SUBSCRIBED_SECONDS * settings.REDIS_PATIENCE
            )

    def unsubscribe(self, names: Iterable[str]) -> None:
        """Listen no more."""
        gone = tuple(name for name in names if name in self._names)
        self._names.difference_update(gone)
        if gone and self.is_alive:
            self._changes.put_nowait(("unsubscribe", gone))

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                if self.is_alive:
                    log.warning("redis.unheard", error=type(error).__name__)
            finally:
                self._forget()
            await asyncio.sleep(_REST_SECONDS)

    async def _listen(self) -> None:
        redis: Any = asyncio_redis_client(RedisRole.IDLE)
        try:
            pubsub = redis.pubsub()
            # One that is always there: without any there would be no connection.
            await pubsub.subscribe("mainstay:realtime", *self._names)
            self._heard_at = asyncio.get_running_loop().time()
            await _first_failure(self._read(pubsub), self._write(pubsub))
        finally:
            with suppress(RedisError, OSError):
                await redis.aclose(close_connection_pool=True)

    async def _read(self, pubsub: Any) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            message = await pubsub.get_message(timeout=None)
            self._heard_at = clock()
            if message is None:
                continue
            kind, name = message["type"], message["channel"]
            if kind == "message":
                self._heard(name.decode(), message["data"])
            elif kind == "subscribe":
                self._confirm(name.decode())

    async def _write(self, pubsub: Any) -> None:
        silence = _SILENCE_SECONDS * settings.REDIS_PATIENCE
        while True:
            try:
                change, names = await asyncio.wait_for(self._changes.get(), _PING_SECONDS)
            except TimeoutError:
                if asyncio.get_running_loop().time() - self._heard_at > silence:
                    raise ConnectionError("Redis is silent.") from None
                await pubsub.ping()
                continue
            await getattr(pubsub, change)(*names)

    def _confirm(self, name: str) -> None:
        if not self.is_alive:
            self.is_alive = True
            # Names that came while we connected, and whatever was published meanwhile.
            self._changes.put_nowait(("subscribe", ("mainstay:realtime", *self._names)))
            self._came_back()
        confirmed = self._confirming.pop(name, None)
        if confirmed is not None and not confirmed.done():
            confirmed.set_result(None)

    def _forget(self) -> None:
        self.is_alive = False
        self._changes = asyncio.Queue()
        for confirmed in self._confirming.values():
            if not confirmed.done():
                confirmed.set_result(None)
        self._confirming.clear()


async def _first_failure(*works: Any) -> None:
    """Run works that never end until one fails; then end the others."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_raising(work)) for work in works]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
    for task in done:
        error = task.result()
        if error is not None:
            raise error


async def _raising(work: Any) -> Exception | None:
    try:
        await work
    except (RedisError, OSError) as error:
        return error
    return None
