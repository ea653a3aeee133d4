"""A node: one process that holds connections, with all that looks after them."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import orjson
import structlog
from django.conf import settings
from redis.exceptions import RedisError

from apps.kernel.ids import new_id
from apps.realtime.callers import Caller
from apps.realtime.connection import Connection
from apps.realtime.doorkeeper import Doorkeeper
from apps.realtime.heartbeat import Heartbeat
from apps.realtime.hub import Hub
from apps.realtime.keeper import Keeper
from apps.realtime.local_channel import LocalChannel
from apps.realtime.node_metrics import CONNECTIONS
from apps.realtime.presence import PresenceBoard
from apps.realtime.protocol.errors import Closing
from apps.realtime.recorder import Recorder
from apps.realtime.types import CloseCode
from apps.resilience.services import RedisRole, asyncio_redis_client

log = structlog.get_logger("realtime")

# What clients say to another node than the one that holds their stream.
_SPOKEN = "mainstay:spoken:"
_REST_SECONDS = 1.0


class Node:
    """The connections of this process, and the work that goes on beside them."""

    def __init__(self) -> None:
        self.name = new_id().hex
        self.hub = Hub(lost=self._lose, spoken=self._hear_client)
        self.keeper = Keeper()
        self.heartbeat = Heartbeat(self.keeper)
        self.is_draining = False
        self._connections: dict[str, Connection] = {}
        self._of_user: defaultdict[UUID, set[Connection]] = defaultdict(set)
        self._doorkeeper = Doorkeeper(self.hub, self._of_user)
        self._recorder = Recorder(self.name, self._connections)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._work: asyncio.Task[None] | None = None
        self._redis: Any = asyncio_redis_client(RedisRole.ONCE)
        self._board = PresenceBoard(self._redis)

    def __len__(self) -> int:
        return len(self._connections)

    @property
    def is_full(self) -> bool:
        """Whether it takes no more connections."""
        return self.is_draining or len(self) >= settings.REALTIME_CONNECTIONS_PER_NODE

    def start(self) -> None:
        """Begin the work beside the connections."""
        self.spawn(self.hub.listener.subscribe(_SPOKEN + self.name))
        self._work = asyncio.create_task(self._run())
        log.info("node.started", node=self.name)

    async def drain(self) -> None:
        """Send all clients away, each at a moment of its own, so that they do not all come at once.

        They come back by themselves, to another node, and recover.
        """
        self.is_draining = True
        log.info("node.draining", node=self.name, connections=len(self))
        leaving = [self._send_away(each) for each in list(self._connections.values())]
        await asyncio.gather(*leaving)

    async def stop(self) -> None:
        """End what is left, and say so to everybody who counts on it."""
        for connection in list(self._connections.values()):
            connection.kick(CloseCode.SHUTDOWN, "shutdown")
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, *self._tasks, return_exceptions=True)
        await self.keeper.flush()
        with suppress(RedisError, OSError):
            await self._redis.aclose(close_connection_pool=True)
        await self._recorder.write()
        log.info("node.stopped", node=self.name)

    async def hand_over(self, session: str, data: bytes) -> None:
        """Let the client speak whose secret this is; one that has left says nothing."""
        connection = self._connections.get(session)
        if connection is not None and connection.take is not None:
            await connection.take(data)

    async def pass_on(self, node: str, session: str, data: bytes) -> bool:
        """Hand another node what a client of its says; tell whether that node is there.

        Raises RedisError or OSError where Redis does not answer.
        """
        message = orjson.dumps([session, data.decode("latin-1")])
        return bool(await self._redis.publish(_SPOKEN + node, message))

    def add(self, connection: Connection) -> None:
        """Take a connection in that has yet to say who it is."""
        self._connections[connection.session] = connection
        CONNECTIONS.labels(connection.wire.kind.value).inc()

    async def admit(self, connection: Connection, caller: Caller) -> None:
        """Note who a connection is; raises Closing where the user has too many already."""
        on_all_nodes = await self._connections_of(caller.public_id)
        here = len(self._of_user.get(caller.public_id, ()))
        if max(here, on_all_nodes) >= settings.REALTIME_CONNECTIONS_PER_USER:
            raise Closing(CloseCode.CONNECTION_LIMIT, "connection limit")
        if not connection.is_open:
            raise Closing(CloseCode.GONE, "")
        connection.admit(caller)
        self._of_user[caller.public_id].add(connection)
        self.heartbeat.add(connection)
        self._recorder.see(connection, {})
        log.info(
            "connection.opened",
            client_id=str(connection.client_id),
            transport=connection.wire.kind.value,
            node=self.name,
        )

    def readmit(self, connection: Connection, caller: Caller) -> None:
        """Note until when a connection may go on."""
        if connection.is_open:
            connection.admit(caller)

    def forget(self, connection: Connection, positions: Mapping[str, int]) -> None:
        """Note that a connection has ended."""
        self._connections.pop(connection.session, None)
        CONNECTIONS.labels(connection.wire.kind.value).dec()
        caller = connection.caller
        if caller is None:
            return
        self.heartbeat.remove(connection)
        others = self._of_user[caller.public_id]
        others.discard(connection)
        if not others:
            del self._of_user[caller.public_id]
        self._recorder.see(connection, positions)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something to its end, however its caller ends."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        works = (
            self.hub.listener.run,
            self.hub.look_for_gaps,
            self.keeper.write,
            self.keeper.sweep,
            self.heartbeat.run,
            self._doorkeeper.obey,
            self._doorkeeper.ask_again,
            self._recorder.write_on,
            self._recorder.see_again,
        )
        await asyncio.gather(*map(_kept_up, works))

    async def _connections_of(self, user_id: UUID) -> int:
        """Return how many connections a user has on all nodes; 0 where Redis cannot be asked."""
        if not self.hub.listener.is_alive:
            return 0
        try:
            return await self._board.connections_of(user_id)
        except (RedisError, OSError) as error:
            log.warning("connections.uncounted", error=type(error).__name__)
            return 0

    async def _send_away(self, connection: Connection) -> None:
        await asyncio.sleep(random.random() * settings.REALTIME_DRAIN_SECONDS)  # noqa: S311  no secret
        connection.kick(CloseCode.SHUTDOWN, "shutdown")

    def _lose(self, channel: LocalChannel) -> None:
        for follower in channel.followers:
            if isinstance(follower, Connection):
                follower.kick(CloseCode.INSUFFICIENT_STATE, "insufficient state")

    def _hear_client(self, name: str, message: bytes) -> bool:
        """Take what another node passes on; tell whether it was that."""
        if name != _SPOKEN + self.name:
            return False
        session, data = orjson.loads(message)
        self.spawn(self.hand_over(session, data.encode("latin-1")))
        return True


async def _kept_up(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do work that never ends, and begin it anew should it break."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("node.work_broken", work=work.__name__)
        await asyncio.sleep(_REST_SECONDS)
