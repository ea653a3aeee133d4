"""The heartbeat: asks each connection for a sign of life, and ends those that give none.

All connections share one clock. Each has its second of the minute, so that they do not all speak
at once.
"""

import asyncio
import random
from typing import TYPE_CHECKING

from django.conf import settings

from apps.realtime.keeper import Keeper
from apps.realtime.types import CloseCode, Presence

if TYPE_CHECKING:
    from apps.realtime.connection import Connection

_TICK_SECONDS = 1.0


class Heartbeat:
    """The connections by their turn."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._turns: list[dict[Connection, None]] = [
            {} for _ in range(settings.REALTIME_PING_SECONDS)
        ]
        self._turn_of: dict[Connection, int] = {}
        # So that nobody seems to have been asked before the beginning.
        self._tick = int(settings.REALTIME_PONG_SECONDS)

    def add(self, connection: "Connection") -> None:
        """Look after a connection."""
        turn = random.randrange(len(self._turns))  # noqa: S311  no secret
        self._turn_of[connection] = turn
        self._turns[turn][connection] = None

    def remove(self, connection: "Connection") -> None:
        """Look after it no more."""
        turn = self._turn_of.pop(connection, None)
        if turn is not None:
            self._turns[turn].pop(connection, None)

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            self._tick += 1
            await self._look(self._tick - settings.REALTIME_PONG_SECONDS)
            for connection in list(self._turns[self._tick % len(self._turns)]):
                connection.ping(self._tick)

    async def _look(self, asked_at: int) -> None:
        """End those who were asked then and have not answered; renew the presence of the others."""
        alive: list[tuple[str, Presence]] = []
        for connection in list(self._turns[asked_at % len(self._turns)]):
            if connection.pinged_at == asked_at and not connection.is_busy:
                connection.kick(CloseCode.NO_PONG, "no pong")
            else:
                who = connection.presence
                alive += [(name, who) for name in connection.places]
        if alive:
            await self._keeper.renew(alive)
