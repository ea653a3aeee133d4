"""A node: one process that holds connections, with all that looks after them."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import orjson
import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from redis.exceptions import RedisError

from apps.accounts.selectors import live_sessions_among
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.realtime import access, services
from apps.realtime.callers import Caller
from apps.realtime.connection import Connection
from apps.realtime.database import in_database
from apps.realtime.heartbeat import Heartbeat
from apps.realtime.hub import Hub
from apps.realtime.keeper import Keeper
from apps.realtime.local_channel import LocalChannel
from apps.realtime.node_metrics import CONNECTIONS, SUBSCRIPTIONS
from apps.realtime.orders import Disconnect, Order, received_orders
from apps.realtime.protocol.errors import Closing
from apps.realtime.types import USER, CloseCode, SeenConnection
from apps.resilience.services import RedisRole, asyncio_redis_client

log = structlog.get_logger("realtime")

# What clients say to another node than the one that holds their stream.
_SPOKEN = "mainstay:spoken:"
_RECORD_SECONDS = 2.0
_REST_SECONDS = 1.0
_VERIFIED_AT_ONCE = 1000


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
        self._seen: list[SeenConnection] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._work: asyncio.Task[None] | None = None
        self._redis: Any = asyncio_redis_client(RedisRole.ONCE)

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
        await self._record()
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

    def admit(self, connection: Connection, caller: Caller) -> None:
        """Note who a connection is; raises Closing where the user has too many already."""
        if len(self._of_user.get(caller.public_id, ())) >= settings.REALTIME_CONNECTIONS_PER_USER:
            raise Closing(CloseCode.CONNECTION_LIMIT, "connection limit")
        if not connection.is_open:
            raise Closing(CloseCode.GONE, "")
        connection.admit(caller)
        self._of_user[caller.public_id].add(connection)
        self.heartbeat.add(connection)
        self._see(connection, {})
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
        self._see(connection, positions)

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
            self._obey,
            self._verify_on,
            self._record_on,
            self._tell_again,
        )
        await asyncio.gather(*map(_kept_up, works))

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

    async def _obey(self) -> None:
        while True:
            try:
                async for order in received_orders():
                    await self._carry_out(order)
            except (RedisError, OSError) as error:
                log.warning("orders.unheard", error=type(error).__name__)
            await asyncio.sleep(_REST_SECONDS)

    async def _carry_out(self, order: Order) -> None:
        if isinstance(order, Disconnect):
            for connection in list(self._of_user.get(order.user_id, ())):
                caller = connection.caller
                if order.session_id is None or (caller and caller.session_id == order.session_id):
                    connection.kick(order.code, order.reason)
            return
        channel = self.hub.channel(order.channel)
        if channel is not None:
            try:
                await self._verify_place(channel)
            except DatabaseError as error:
                log.warning("permissions.unverified", error=type(error).__name__)

    async def _verify_on(self) -> None:
        """Ask again now and then, for orders may be lost."""
        while True:
            await asyncio.sleep(settings.REALTIME_VERIFY_SECONDS)
            SUBSCRIPTIONS.set(sum(len(each.places) for each in self._connections.values()))
            try:
                await self._verify_sessions()
                for channel in self.hub.channels:
                    await self._verify_place(channel)
            except DatabaseError as error:
                log.warning("permissions.unverified", error=type(error).__name__)

    async def _verify_sessions(self) -> None:
        connected = [each for group in self._of_user.values() for each in group]
        for some in _portions(connected):
            sessions = {each.caller.session_id for each in some if each.caller}
            live = await in_database(live_sessions_among, sessions)
            for connection in some:
                if connection.caller and connection.caller.session_id not in live:
                    connection.kick(CloseCode.SESSION_ENDED, "session ended")

    async def _verify_place(self, channel: LocalChannel) -> None:
        if channel.name.startswith(f"{USER}:"):
            return
        connected = [each for each in channel.followers if isinstance(each, Connection)]
        for some in _portions(connected):
            users = {each.caller.user_id: each.caller.public_id for each in some if each.caller}
            allowed = await in_database(access.allowed_among, channel=channel.name, users=users)
            for connection in some:
                if connection.caller and connection.caller.user_id not in allowed:
                    connection.unsubscribe(channel.name, code=103, reason="permission denied")

    def _see(self, connection: Connection, positions: Mapping[str, int]) -> None:
        assert connection.caller is not None
        self._seen.append(
            SeenConnection(
                client_id=connection.client_id,
                user_id=connection.caller.user_id,
                session_id=connection.caller.session_id,
                node=self.name,
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

    async def _record_on(self) -> None:
        while True:
            await asyncio.sleep(_RECORD_SECONDS)
            await self._record()

    async def _tell_again(self) -> None:
        """Tell of those that stay open, and what they were sent, so that none seems lost."""
        while True:
            await asyncio.sleep(settings.REALTIME_TOLD_AGAIN_SECONDS)
            for connection in self._connections.values():
                if connection.caller is not None:
                    self._see(connection, connection.positions)

    async def _record(self) -> None:
        seen, self._seen = self._seen, []
        for some in _portions(seen):
            # A record for people who ask, which the traffic does not wait for.
            with suppress(DatabaseError):
                await in_database(services.record_connections, some)


async def _kept_up(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do work that never ends, and begin it anew should it break."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("node.work_broken", work=work.__name__)
        await asyncio.sleep(_REST_SECONDS)


def _portions(things: Iterable[Any]) -> Collection[list[Any]]:
    whole = list(things)
    return [
        whole[start : start + _VERIFIED_AT_ONCE]
        for start in range(0, len(whole), _VERIFIED_AT_ONCE)
    ]
