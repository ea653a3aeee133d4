"""What all consumers of a node share."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

import orjson
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from typing_extensions import override

from apps.realtime import origins
from apps.realtime.node import Node

Message = Mapping[str, Any]

_BODY_SECONDS = 10.0


class NodeConsumer(AsyncConsumer):  # type: ignore[misc]  # channels has no types
    """A consumer that takes its messages one after the other, from the server alone.

    Channels' own loop makes a task per message, a channel at Redis per connection, and asks a
    thread about database connections each time (R4 section 8); the hub needs none of these.
    """

    scope: Mapping[str, Any]

    @override
    async def __call__(
        self,
        scope: Mapping[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Serve one connection or request to its end."""
        self.scope = scope
        self.base_send = send
        try:
            while True:
                message = await receive()
                await getattr(self, get_handler_name(message))(message)
        except StopConsumer:
            return
        finally:
            self.gone()

    def gone(self) -> None:
        """Let go of what this held, however it ended."""

    @property
    def node(self) -> Node:
        """The node of this process."""
        node: Node = self.scope["state"]["node"]
        return node

    @property
    def transport(self) -> asyncio.WriteTransport | None:
        """The socket beneath, where the server shows it."""
        found: asyncio.WriteTransport | None = self.scope["state"].get("transport")
        return found

    @property
    def origin(self) -> str:
        """The site whose page asks; "" for an app."""
        return origins.header(self.scope["headers"], b"origin")

    def header(self, name: bytes) -> str:
        """Return a header of the request, or ""."""
        return origins.header(self.scope["headers"], name)

    def query(self, name: str) -> list[str]:
        """Return the values of a parameter in the address."""
        return parse_qs(self.scope["query_string"].decode("latin-1")).get(name, [])


class HttpConsumer(NodeConsumer):
    """A consumer of a request with a small body."""

    @property
    def most_bytes(self) -> int:
        """How large the body may be."""
        return 0

    @override
    async def __call__(self, *args: Any) -> None:
        """Serve one request to its end; a body that does not come is not waited for."""
        self._body = bytearray()
        loop = asyncio.get_running_loop()
        self._impatience = loop.call_later(_BODY_SECONDS, self._give_up)
        try:
            await super().__call__(*args)
        finally:
            self._impatience.cancel()

    async def http_request(self, message: Message) -> None:
        """Take the body in, then answer."""
        self._body += message.get("body", b"")
        if len(self._body) > self.most_bytes:
            await self.answer(413)
        elif self.scope["method"] == "OPTIONS":
            await self.answer(204, (_METHODS, _HEADERS, _MINUTES))
        elif not origins.is_allowed(self.origin):
            await self.answer(403)
        elif not message.get("more_body"):
            self._impatience.cancel()
            await self.asked(bytes(self._body))

    def _give_up(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    async def http_disconnect(self, message: Message) -> None:
        """End."""
        raise StopConsumer

    async def asked(self, body: bytes) -> None:
        """Answer the request."""
        await self.answer(404)

    async def answer(
        self, status: int, headers: Sequence[tuple[bytes, bytes]] = (), body: bytes = b""
    ) -> None:
        """Answer at once, and end."""
        await self.begin(status, [(b"content-length", b"%d" % len(body)), *headers])
        await self.send({"type": "http.response.body", "body": body})
        raise StopConsumer

    async def begin(self, status: int, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """Begin an answer."""
        if origins.is_allowed(self.origin):
            headers = [*headers, *origins.answer_headers(self.origin)]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})

    async def refuse(self, status: int, code: str, title: str, detail: str) -> None:
        """Answer with a problem (RFC 9457), and end."""
        problem = {"type": "about:blank", "title": title, "status": status, "code": code}
        body = orjson.dumps({**problem, "detail": detail})
        await self.answer(status, [(b"content-type", b"application/problem+json")], body)


_METHODS = (b"access-control-allow-methods", b"GET, POST")
_HEADERS = (b"access-control-allow-headers", b"authorization, content-type, last-event-id")
_MINUTES = (b"access-control-max-age", b"600")
EVENT_STREAM_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # Proxies that collect answers would hold events back.
    (b"x-accel-buffering", b"no"),
)
