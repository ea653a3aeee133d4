"""Centrifugo's protocol where there is no WebSocket: a stream one way, requests the other.

The stream is made of server-sent events or of plain lines; what the client says comes in requests
to `/emulation`, at whichever node, which hands it to the node that holds the stream.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

import orjson
from django.conf import settings
from google.protobuf.message import DecodeError
from redis.exceptions import RedisError
from typing_extensions import override

from apps.realtime.connection import Connection
from apps.realtime.consumers.base import EVENT_STREAM_HEADERS, HttpConsumer, Message
from apps.realtime.dialogue import Dialogue
from apps.realtime.outbox import Frame
from apps.realtime.protocol import pushes
from apps.realtime.protocol.codecs import JSON, PROTOBUF, FrameCodec, as_mapping
from apps.realtime.protocol.schema import message_class
from apps.realtime.types import CloseCode, Transport

_OCTETS = "application/octet-stream"


class StreamConsumer(HttpConsumer):
    """One stream of replies and pushes; the first command comes with the request."""

    headers: ClassVar[Sequence[tuple[bytes, bytes]]] = EVENT_STREAM_HEADERS
    kind = Transport.SSE
    _connection: Connection | None = None

    @property
    @override
    def most_bytes(self) -> int:
        """How large the request may be."""
        return settings.REALTIME_FRAME_BYTES

    @override
    async def asked(self, body: bytes) -> None:
        if self.node.is_full:
            await self.answer(503)
        first, codec = self._first_command(body)
        await self.begin(200, self.headers)
        # The headers alone: clients wait for them before they believe that they are connected.
        await self.send({"type": "http.response.body", "body": b"", "more_body": True})
        wire = StreamWire(self.send, codec, self.transport, kind=self.kind)
        self._connection = Connection(self.node, wire, codec)
        self.node.add(self._connection)
        await Dialogue(self._connection).take(first)

    @override
    def gone(self) -> None:
        if self._connection is not None:
            self._connection.detach(CloseCode.GONE)

    def _first_command(self, body: bytes) -> tuple[bytes, FrameCodec]:
        return next(iter(self.query("cf_connect")), "").encode(), JSON


class LineConsumer(StreamConsumer):
    """The same as a long answer to a POST, in either codec."""

    headers = ((b"content-type", b"application/octet-stream"), *EVENT_STREAM_HEADERS[1:])
    kind = Transport.HTTP_STREAM

    @override
    def _first_command(self, body: bytes) -> tuple[bytes, FrameCodec]:
        return body, PROTOBUF if self.header(b"content-type").startswith(_OCTETS) else JSON


class StreamWire:
    """Sends what is queued down a stream."""

    def __init__(
        self,
        send: Callable[[Message], Awaitable[None]],
        codec: FrameCodec,
        transport: Any,
        *,
        kind: Transport,
    ) -> None:
        self.kind = kind
        self._send = send
        self._codec = codec
        self._transport = transport

    def send_at_once(self, frames: Sequence[Frame]) -> bool:
        """Send nothing: the server is awaited."""
        return False

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send frames; returns when there is room for more."""
        body = self._written([frame.payload for frame in frames])
        await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye in the stream itself, which has no codes of its own, and end it."""
        goodbye = self._codec.reply(pushes.disconnect(code=code, reason=reason))
        await self._send({"type": "http.response.body", "body": self._written([goodbye])})

    def abort(self) -> None:
        """Let go of the socket at once."""
        if self._transport is not None:
            self._transport.abort()

    def _written(self, payloads: Sequence[bytes]) -> bytes:
        if self.kind is Transport.SSE:
            return b"".join(b"data: " + payload + b"\n\n" for payload in payloads)
        return self._codec.frame(payloads) + (b"" if self._codec.is_binary else b"\n")


class EmulationConsumer(HttpConsumer):
    """What a client says whose stream is held here or at another node."""

    @property
    @override
    def most_bytes(self) -> int:
        """How large the request may be; JSON within JSON takes twice the room."""
        return 2 * settings.REALTIME_FRAME_BYTES

    @override
    async def asked(self, body: bytes) -> None:
        try:
            node, session, data = self._read(body)
        except (ValueError, KeyError, TypeError, AttributeError, DecodeError):
            await self.answer(400)
            return
        if node == self.node.name:
            await self.node.hand_over(session, data)
        else:
            await self._pass_on(node, session, data)
        await self.answer(204)

    async def _pass_on(self, node: str, session: str, data: bytes) -> None:
        try:
            is_there = await self.node.pass_on(node, session, data)
        except (RedisError, OSError):
            await self.answer(503)
        else:
            if not is_there:
                await self.answer(404)

    def _read(self, body: bytes) -> tuple[str, str, bytes]:
        if self.header(b"content-type").startswith(_OCTETS):
            told = as_mapping(message_class("EmulationRequest").FromString(body))
            return told["node"], told["session"], told["data"]
        told = orjson.loads(body)
        return str(told["node"]), str(told["session"]), told["data"].encode()
