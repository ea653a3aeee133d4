"""A node that is none, for connections by themselves."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

from apps.realtime.callers import Caller
from apps.realtime.connection import Connection


class House:
    """Holds connections that follow nothing."""

    name = "house"
    hub: Any = None
    keeper: Any = None

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[Any]] = []

    async def admit(self, connection: Connection, caller: Caller) -> None:
        """Let everybody in."""

    def readmit(self, connection: Connection, caller: Caller) -> None:
        """Let everybody stay."""

    def forget(self, connection: Connection, positions: Mapping[str, int]) -> None:
        """Forget."""

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something, for the test to wait for."""
        self.tasks.append(asyncio.create_task(work))
