"""One client's connection: what it follows, what waits to be sent to it, and how it ends."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import time
from typing import Any, Protocol

import structlog
from django.conf import settings

from apps.kernel.clock import now
from apps.kernel.context import Context, bound
from apps.kernel.ids import new_id
from apps.realtime.callers import Caller
from apps.realtime.hub import Hub
from apps.realtime.keeper import Keeper
from apps.realtime.limits import Allowance
from apps.realtime.local_channel import LocalChannel
from apps.realtime.node_metrics import CLOSED, OVERFLOWS
from apps.realtime.outbox import Frame, Outbox
from apps.realtime.presence import told_channel
from apps.realtime.protocol import pushes
from apps.realtime.protocol.codecs import FrameCodec
from apps.realtime.types import CloseCode, Presence, Publication, Transport

log = structlog.get_logger("realtime")

_GOODBYE_SECONDS = 1.0
_OURS = frozenset(map(int, CloseCode))


class Wire(Protocol):
    """How frames reach the client."""

    kind: Transport

    def send_at_once(self, frames: Sequence[Frame]) -> bool:
        """Send frames if that takes no waiting; tell whether they were sent."""

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send frames; returns when there is room for more. Raises OSError if nobody is there."""

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye, with the reason."""

    def abort(self) -> None:
        """Let go of the socket at once."""


class Home(Protocol):
    """What a connection finds in the node that holds it."""

    name: str
    hub: Hub
    keeper: Keeper

    async def admit(self, connection: "Connection", caller: Caller) -> None:
        """Note who a connection is; raises Closing where the user has too many already."""

    def readmit(self, connection: "Connection", caller: Caller) -> None:
        """Note until when a connection may go on."""

    def forget(self, connection: "Connection", positions: Mapping[str, int]) -> None:
        """Note that a connection has ended."""

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something to its end, however its caller ends."""


@dataclass(slots=True)
class Place:
    """A channel that a connection follows."""

    channel: LocalChannel
    hears_joins: bool = False


class Connection:
    """A client that is connected; a follower of channels."""

    def __init__(self, node: Home, wire: Wire, codec: FrameCodec | None) -> None:
        self.node = node
        self.wire = wire
        self.codec = codec
        self.client_id = new_id()
        # Whoever knows it may speak as this client, by emulation.
        self.session = secrets.token_urlsafe(18)
        self.caller: Caller | None = None
        self.name = ""
        self.version = ""
        self.opened_at = now()
        self.outbox = Outbox(filled=self._send_soon)
        self.allowance = Allowance(
            per_second=settings.REALTIME_COMMANDS_PER_SECOND,
            most=settings.REALTIME_COMMANDS_AT_ONCE,
        )
        self.places: dict[str, Place] = {}
        self.context = Context()
        self.close_code: int | None = None
        self.close_reason = ""
        # The tick of the node's clock at which it was last asked for a sign of life.
        self.pinged_at = -1
        # What it said is being carried out; its answer to a ping comes after that.
        self.is_busy = False
        self.is_open = True
        # Carries out what the client says; None for one that only listens.
        self.take: Callable[[bytes], Awaitable[None]] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_about_to_send = False
        # While the socket takes no more, or asks to be awaited.
        self._writer: asyncio.Task[None] | None = None
        self._end_after(settings.REALTIME_CONNECT_SECONDS, CloseCode.STALE, "stale")

    @property
    def presence(self) -> Presence:
        """What others are told of it."""
        assert self.caller is not None
        return Presence(
            client_id=str(self.client_id),
            user_id=self.caller.public_id,
            connected_at=self.opened_at,
            node=self.node.name,
            info={},
        )

    @property
    def positions(self) -> dict[str, int]:
        """The last offset it was sent, by channel."""
        unsent = self.outbox.unsent()
        return {
            name: unsent.get(name, place.channel.offset + 1) - 1
            for name, place in self.places.items()
        }

    def admit(self, caller: Caller) -> None:
        """Note who it is, and until when."""
        self.caller = caller
        self.context = Context(
            correlation_id=self.context.correlation_id, actor=str(caller.public_id)
        )
        grace = settings.REALTIME_EXPIRY_GRACE_SECONDS
        self._end_after(caller.expires_at - time() + grace, CloseCode.EXPIRED, "connection expired")

    def put(self, frame: Frame) -> None:
        """Queue a publication; closes a connection that reads too slowly."""
        if not self.outbox.put(frame):
            OVERFLOWS.inc()
            self.kick(CloseCode.SLOW, "slow")

    def put_publication(self, publication: Publication) -> None:
        """Queue a publication in a form of its own."""
        raise AssertionError("A connection with a codec is handed frames.")

    def put_told(self, channel: str, what: str, who: Presence) -> None:
        """Queue that somebody else joined or left."""
        if who.client_id != str(self.client_id):
            assert self.codec is not None
            # Bounded as publications are: nobody has asked for just this one.
            push = self.codec.reply(pushes.told(channel, what, who))
            self.put(Frame(push, told_channel(channel)))

    def reply(self, reply: dict[str, object]) -> None:
        """Queue a reply, or a push that is part of the protocol itself."""
        assert self.codec is not None
        self.outbox.put_reply(self.codec.reply(reply))

    def ping(self, tick: int) -> None:
        """Ask for a sign of life."""
        self.pinged_at = tick
        self.reply({})

    def heard(self) -> None:
        """Note a sign of life."""
        self.pinged_at = -1

    def unsubscribe(self, name: str, *, code: int, reason: str) -> None:
        """Take a channel away and say so."""
        if self.leave(name):
            self.reply(pushes.unsubscribe(name, code=code, reason=reason))

    def leave(self, name: str) -> bool:
        """Stop following a channel; tell whether it was followed."""
        place = self.places.pop(name, None)
        if place is None:
            return False
        self.node.hub.end(name, self)
        self.node.keeper.left(name, str(self.client_id))
        return True

    def kick(self, code: int, reason: str) -> None:
        """End the connection: what others see of it at once, then the socket, dead or alive."""
        if self.is_open:
            self.detach(code, reason)
            self.node.spawn(self._hang_up(code, reason))

    def detach(self, code: int, reason: str = "") -> None:
        """Leave everything, as of now; harmless when that was done before."""
        if not self.is_open:
            return
        self.is_open = False
        self.close_code, self.close_reason = code, reason
        positions = self.positions
        for name in list(self.places):
            self.leave(name)
        self.outbox.close()
        if self._timer is not None:
            self._timer.cancel()
        self.node.forget(self, positions)
        # Clients choose codes too.
        CLOSED.labels(str(code) if code in _OURS else "client").inc()
        with bound(self.context):
            log.info(
                "connection.closed",
                client_id=str(self.client_id),
                transport=self.wire.kind.value,
                code=code,
                reason=reason,
            )

    async def _hang_up(self, code: int, reason: str) -> None:
        # A peer that reads nothing takes no goodbye either (R4 section 8).
        with suppress(Exception):
            await asyncio.wait_for(self.wire.close(code, reason), _GOODBYE_SECONDS)
            if self._writer is not None:
                await asyncio.wait_for(self._writer, _GOODBYE_SECONDS)
            return
        if self._writer is not None:
            self._writer.cancel()
        self.wire.abort()

    def _send_soon(self) -> None:
        """Send in the next turn of the loop, so that what comes in this one goes together."""
        if not self._is_about_to_send and self._writer is None:
            self._is_about_to_send = True
            asyncio.get_running_loop().call_soon(self._send)

    def _send(self) -> None:
        self._is_about_to_send = False
        while frames := self.outbox.take():
            if not self.wire.send_at_once(frames):
                self._writer = asyncio.create_task(self._send_patiently(frames))
                return

    async def _send_patiently(self, frames: Sequence[Frame]) -> None:
        try:
            while frames:
                await self.wire.send(frames)
                frames = self.outbox.take()
        except OSError:
            self.detach(CloseCode.GONE)
        finally:
            self._writer = None

    def _end_after(self, seconds: float, code: CloseCode, reason: str) -> None:
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(max(0.0, seconds), self.kick, code, reason)
