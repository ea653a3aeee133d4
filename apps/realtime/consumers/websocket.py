"""Centrifugo's protocol over WebSocket: JSON in text frames, Protobuf in binary ones."""

from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any

from channels.exceptions import StopConsumer
from typing_extensions import override
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode

from apps.realtime import origins
from apps.realtime.connection import Connection
from apps.realtime.consumers.base import Message, NodeConsumer
from apps.realtime.dialogue import Dialogue
from apps.realtime.outbox import Frame
from apps.realtime.protocol.codecs import JSON, PROTOBUF, FrameCodec
from apps.realtime.types import CloseCode, Transport

_SUBPROTOCOLS: dict[str, FrameCodec] = {"centrifuge-protobuf": PROTOBUF, "centrifuge-json": JSON}
# In bytes; two more are the code's.
_LONGEST_REASON = 123


class WebSocketConsumer(NodeConsumer):
    """One WebSocket."""

    _dialogue: Dialogue | None = None
    _connection: Connection | None = None

    async def websocket_connect(self, message: Message) -> None:
        """Let the client in; 403 for a page of a strange site, 503 where there is no room."""
        if not origins.is_allowed(self.origin):
            await self.send({"type": "websocket.close"})
            raise StopConsumer
        if self.node.is_full:
            await self._refuse(503)
        named = next((each for each in self.scope["subprotocols"] if each in _SUBPROTOCOLS), None)
        codec = _SUBPROTOCOLS.get(named or "", JSON)
        if "protobuf" in self.query("cf_protocol"):
            codec = PROTOBUF
        await self.send({"type": "websocket.accept", "subprotocol": named})
        wire = WebSocketWire(self.send, codec, self.transport)
        self._connection = Connection(self.node, wire, codec)
        self._dialogue = Dialogue(self._connection)
        self.node.add(self._connection)

    async def websocket_receive(self, message: Message) -> None:
        """Carry out what a frame says."""
        assert self._dialogue is not None
        frame = message.get("bytes")
        await self._dialogue.take(message["text"].encode() if frame is None else frame)

    async def websocket_disconnect(self, message: Message) -> None:
        """End."""
        if self._connection is not None:
            self._connection.detach(message.get("code", CloseCode.GONE))
        raise StopConsumer

    @override
    def gone(self) -> None:
        if self._connection is not None:
            self._connection.detach(CloseCode.GONE)

    async def _refuse(self, status: int) -> None:
        await self.send({"type": "websocket.http.response.start", "status": status, "headers": []})
        await self.send({"type": "websocket.http.response.body", "body": b""})
        raise StopConsumer


class StrangeWebSocketConsumer(WebSocketConsumer):
    """One at an address that has none."""

    @override
    async def websocket_connect(self, message: Message) -> None:
        await self._refuse(404)


class WebSocketWire:
    """Sends what is queued as one frame: the clients split it again."""

    kind = Transport.WEBSOCKET

    def __init__(
        self, send: Callable[[Message], Awaitable[None]], codec: FrameCodec, transport: Any
    ) -> None:
        self._send = send
        self._codec = codec
        self._transport = transport

    def send_at_once(self, frames: Sequence[Frame]) -> bool:
        """Send past the layers of the server, which would take most of the time of a fan-out."""
        if self._transport is None or self._transport.is_closing():
            return False
        payload = self._codec.frame([frame.payload for frame in frames])
        written = _shared if len(frames) == 1 else _as_websocket
        frame = written(payload, is_binary=self._codec.is_binary)
        return bool(self._transport.get_protocol().write_at_once(frame))

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send frames; returns when there is room for more."""
        payload = self._codec.frame([frame.payload for frame in frames])
        if self._codec.is_binary:
            await self._send({"type": "websocket.send", "bytes": payload})
        else:
            await self._send({"type": "websocket.send", "text": payload.decode()})

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye."""
        await self._send({"type": "websocket.close", "code": code, "reason": fitted(reason)})

    def abort(self) -> None:
        """Let go of the socket at once."""
        if self._transport is not None:
            self._transport.abort()


# Of those that are handed to very many connections at this moment.
@lru_cache(maxsize=16)
def _shared(payload: bytes, *, is_binary: bool) -> bytes:
    return _as_websocket(payload, is_binary=is_binary)


def _as_websocket(payload: bytes, *, is_binary: bool) -> bytes:
    """Return what we send as a frame of a WebSocket, which a server does not mask (RFC 6455)."""
    opcode = Opcode.BINARY if is_binary else Opcode.TEXT
    return WebSocketFrame(opcode, payload).serialize(mask=False)


def fitted(reason: str) -> str:
    """Return as much of a reason as a closing frame holds (RFC 6455 section 5.5)."""
    return reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
