"""Writes down what a node sees of its connections, for people who ask later."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from django.conf import settings
from django.db import Error as DatabaseError

from apps.kernel.clock import now
from apps.realtime import services
from apps.realtime.connection import Connection
from apps.realtime.database import in_database, portions
from apps.realtime.types import SeenConnection

_RECORD_SECONDS = 2.0


class Recorder:
    """What has been seen and not been written yet."""

    def __init__(self, node: str, connections: Mapping[str, Connection]) -> None:
        self._node = node
        self._connections = connections
        self._seen: list[SeenConnection] = []

    def see(self, connection: Connection, positions: Mapping[str, int]) -> None:
        """Note how a connection is now, and the last offset it was sent, by channel."""
        caller = connection.caller
        assert caller is not None
        self._seen.append(
            SeenConnection(
                client_id=connection.client_id,
                user_id=caller.user_id,
                session_id=caller.session_id,
                node=self._node,
                transport=connection.wire.kind,
                client_name=connection.name,
                client_version=connection.version,
                opened_at=connection.opened_at,
                closed_at=None if connection.is_open else now(),
                close_code=connection.close_code,
                close_reason=connection.close_reason,
                positions=positions,
            )
        )

    async def write_on(self) -> None:
        """Write until cancelled."""
        while True:
            await asyncio.sleep(_RECORD_SECONDS)
            await self.write()

    async def see_again(self) -> None:
        """Note now and then those that stay open, so that none seems lost; until cancelled."""
        while True:
            await asyncio.sleep(settings.REALTIME_TOLD_AGAIN_SECONDS)
            for connection in self._connections.values():
                if connection.caller is not None:
                    self.see(connection, connection.positions)

    async def write(self) -> None:
        """Write what was noted; what cannot be written is forgotten."""
        seen, self._seen = self._seen, []
        for some in portions(seen):
            # A record for people who ask, which the traffic does not wait for.
            with suppress(DatabaseError):
                await in_database(services.record_connections, some)
