"""Keeps presence true for the connections of a node, beside the traffic and in order.

A Redis that is dead costs nobody any time: what it missed is made good at the next sign of life of
each connection, and what it holds of ended ones expires.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from apps.realtime.presence import PresenceBoard
from apps.realtime.types import Presence
from apps.resilience.services import RedisRole, asyncio_redis_client

log = structlog.get_logger("realtime")

SWEEP_SECONDS = 5.0
_REST_SECONDS = 0.5
# What is remembered for a Redis that is slow; more is made good later.
_MOST_WAITING = 50_000

# A channel, and who is there; the client's id alone has left.
_Change = tuple[str, Presence | str]


class Keeper:
    """Writes joins, leaves and signs of life to the board."""

    def __init__(self) -> None:
        self._changes: asyncio.Queue[_Change] = asyncio.Queue(_MOST_WAITING)
        self._redis = asyncio_redis_client(RedisRole.ONCE)
        self._board = PresenceBoard(self._redis)

    def joined(self, channel: str, who: Presence) -> None:
        """Note that a connection follows a channel."""
        self._note((channel, who))

    def left(self, channel: str, client_id: str) -> None:
        """Note that it does no more."""
        self._note((channel, client_id))

    async def renew(self, alive: Sequence[tuple[str, Presence]]) -> None:
        """Note that these are still there, also where Redis has forgotten them."""
        places = [(channel, who.client_id) for channel, who in alive]
        with suppress(RedisError, OSError):
            await self._board.refresh(places)
            unknown = set(await self._board.missing(places))
            for channel, who in alive:
                if (channel, who.client_id) in unknown:
                    self.joined(channel, who)

    async def flush(self) -> None:
        """Write what waits; for a node that stops."""
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(2 * settings.REDIS_PATIENCE):
                while not self._changes.empty():
                    await self._apply(self._changes.get_nowait())
        with suppress(RedisError, OSError):
            await self._redis.aclose(close_connection_pool=True)

    def _note(self, change: _Change) -> None:
        with suppress(asyncio.QueueFull):
            self._changes.put_nowait(change)

    async def write(self) -> None:
        """Write until cancelled."""
        while True:
            change = await self._changes.get()
            try:
                await self._apply(change)
            except (RedisError, OSError) as error:
                log.warning("presence.unwritten", error=type(error).__name__)
                await asyncio.sleep(_REST_SECONDS)

    async def _apply(self, change: _Change) -> None:
        channel, who = change
        if isinstance(who, Presence):
            await self._board.join(channel, who)
        else:
            await self._board.leave(channel, who)

    async def sweep(self) -> None:
        """Let those leave whose node has died, until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            with suppress(RedisError, OSError):
                swept = await self._board.sweep()
                if swept:
                    log.info("presence.swept", connections=swept)
