"""The plain event stream, for clients without an SDK: `GET /api/v1/realtime/events`.

Each event's id says how far every channel of the stream has been read, so that Last-Event-ID
recovers all of them (HTML Living Standard, 9.2).
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson
from channels.exceptions import StopConsumer
from django.db import Error as DatabaseError
from typing_extensions import override

from apps.realtime import access, joining
from apps.realtime.callers import Caller, caller_by
from apps.realtime.connection import Connection, Home
from apps.realtime.consumers.base import EVENT_STREAM_HEADERS, HttpConsumer, Message
from apps.realtime.database import in_database
from apps.realtime.outbox import Frame
from apps.realtime.protocol import pushes
from apps.realtime.protocol.errors import Closing, Refused
from apps.realtime.types import ROOM, USER, CloseCode, Position, Presence, Publication, Transport

_MOST_ROOMS = 32
# Within which clients come back; each is told another moment.
_RETRY_MILLISECONDS = (1000, 4000)


class EventStreamConsumer(HttpConsumer):
    """One stream."""

    _stream: "EventStream | None" = None

    @override
    async def asked(self, body: bytes) -> None:
        try:
            await self._let_in()
        except DatabaseError:
            await self.refuse(
                *(503, "api.database_unavailable", "Database unavailable"),
                "The database cannot be asked now; try again in a moment.",
            )

    async def _let_in(self) -> None:
        caller = await self._caller()
        rooms = list(dict.fromkeys(self.query("room")))
        if len(rooms) > _MOST_ROOMS:
            await self.refuse(
                *(422, "realtime.too_many_rooms", "Too many rooms"),
                f"A stream carries {_MOST_ROOMS} rooms at most; open a second one.",
            )
        names = [f"{USER}:{caller.public_id}", *(f"{ROOM}:{room}" for room in rooms)]
        for name in names:
            await self._check(caller, name)
        if self.node.is_full:
            await self.refuse(
                *(503, "realtime.node_full", "No room"), "This node takes no more; try again."
            )
        await self._open(caller, names)

    @override
    def gone(self) -> None:
        if self._stream is not None:
            self._stream.detach(CloseCode.GONE)

    async def _caller(self) -> Caller:
        scheme, _, token = self.header(b"authorization").partition(" ")
        if scheme.lower() != "bearer":
            # A browser's EventSource sends no headers.
            token = next(iter(self.query("token")), "")
        try:
            return await in_database(caller_by, token)
        except (Closing, Refused):
            await self.refuse(
                *(401, "api.unauthenticated", "Not signed in"),
                "Send a valid access token as Authorization: Bearer, or as the parameter token.",
            )
            raise StopConsumer from None

    async def _check(self, caller: Caller, name: str) -> None:
        if not await in_database(
            access.may_subscribe,
            user_id=caller.user_id,
            user_public_id=caller.public_id,
            channel=name,
        ):
            await self.refuse(
                *(404, "realtime.unknown_channel", "Unknown channel"),
                f"There is no {name.removeprefix('room:')[:80]} that you may hear.",
            )

    async def _open(self, caller: Caller, names: Sequence[str]) -> None:
        await self.begin(200, EVENT_STREAM_HEADERS)
        retry = random.randint(*_RETRY_MILLISECONDS)  # noqa: S311  no secret
        await self.send(
            {"type": "http.response.body", "body": b"retry: %d\n\n" % retry, "more_body": True}
        )
        stream = self._stream = EventStream(self.node, EventWire(self.send, self.transport))
        self.node.add(stream)
        try:
            await self.node.admit(stream, caller)
            await stream.follow(names, places_in(self.header(b"last-event-id")))
        except Closing as closing:
            stream.kick(closing.code, closing.reason)
        except DatabaseError:
            stream.kick(CloseCode.INSUFFICIENT_STATE, "insufficient state")


class EventStream(Connection):
    """A connection whose client only listens."""

    def __init__(self, node: Home, wire: "EventWire") -> None:
        super().__init__(node, wire, None)
        # There is no answer to a ping; what stands for it is that the client takes what it is sent.
        wire.taken = self.heard
        self._read: dict[str, Position] = {}

    async def follow(self, names: Sequence[str], known: dict[str, Position]) -> None:
        """Follow channels, beginning with what came after these positions.

        Raises django.db.Error.
        """
        for name in names:
            joined = await joining.join(self, name, since=known.get(name))
            for publication in joined.recovery.publications:
                self.outbox.put_reply(self._written(publication))
            if name in known and not joined.recovery.is_recovered:
                self._say("resync_required", {"channel": name})
            self._read[name] = joined.recovery.position
            joined.follow()
        # The position of a stream on which nothing happens.
        self.outbox.put_reply(b"id: " + self._id() + b"\n\n")

    @override
    def put_publication(self, publication: Publication) -> None:
        self.put(Frame(self._written(publication), publication.channel, publication.offset))

    @override
    def put_told(self, channel: str, what: str, who: Presence) -> None:
        """Leave out who joins and leaves: nobody can ask for it here."""

    @override
    def ping(self, tick: int) -> None:
        self.pinged_at = tick
        self.outbox.put_reply(b":\n\n")

    @override
    def unsubscribe(self, name: str, *, code: int, reason: str) -> None:
        if self.leave(name):
            self._read.pop(name, None)
            self._say("unsubscribed", {"channel": name, "code": code, "reason": reason})

    def _say(self, event: str, data: dict[str, Any]) -> None:
        self.outbox.put_reply(_event(event, data))

    def _written(self, publication: Publication) -> bytes:
        position = Position(offset=publication.offset, epoch=publication.epoch)
        self._read[publication.channel] = position
        told = {
            "channel": publication.channel,
            "offset": publication.offset,
            "data": orjson.Fragment(publication.data),
        }
        return b"id: " + self._id() + b"\ndata: " + orjson.dumps(told) + b"\n\n"

    def _id(self) -> bytes:
        places = (f"{name}={at.epoch}.{at.offset}" for name, at in self._read.items())
        return ",".join(places).encode()


class EventWire:
    """Sends events as they are."""

    kind = Transport.EVENT_STREAM

    def __init__(self, send: Callable[[Message], Awaitable[None]], transport: Any) -> None:
        self.taken: Callable[[], None] | None = None
        self._send = send
        self._transport = transport

    def send_at_once(self, frames: Sequence[Frame]) -> bool:
        """Send nothing: the server is awaited."""
        return False

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send events; returns when there is room for more."""
        body = b"".join(frame.payload for frame in frames)
        await self._send({"type": "http.response.body", "body": body, "more_body": True})
        if self.taken is not None:
            self.taken()

    async def close(self, code: int, reason: str) -> None:
        """Say why, and end the stream."""
        told = {"code": code, "reason": reason, "reconnect": pushes.may_return(code)}
        await self._send({"type": "http.response.body", "body": _event("disconnect", told)})

    def abort(self) -> None:
        """Let go of the socket at once."""
        if self._transport is not None:
            self._transport.abort()


def places_in(event_id: str) -> dict[str, Position]:
    """Return the positions that an id says; what is malformed says nothing."""
    found = {}
    for place in event_id.split(","):
        name, _, position = place.rpartition("=")
        epoch, _, offset = position.rpartition(".")
        if name and offset.isascii() and offset.isdecimal() and len(offset) < 16:
            found[name] = Position(offset=int(offset), epoch=epoch)
    return found


def _event(name: str, data: dict[str, Any]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), orjson.dumps(data))
