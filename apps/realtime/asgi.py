"""The ASGI application of a node: its beginning and end, and which consumer serves what."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path, re_path
from typing_extensions import override

from apps.realtime.consumers.base import HttpConsumer
from apps.realtime.consumers.emulated import EmulationConsumer, LineConsumer, StreamConsumer
from apps.realtime.consumers.event_stream import EventStreamConsumer
from apps.realtime.consumers.websocket import StrangeWebSocketConsumer, WebSocketConsumer
from apps.realtime.node import Node

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class LiveConsumer(HttpConsumer):
    """Whether this process runs."""

    @override
    async def asked(self, body: bytes) -> None:
        await self.answer(200, body=b"ok")


class ReadyConsumer(HttpConsumer):
    """Whether clients should come here."""

    @override
    async def asked(self, body: bytes) -> None:
        await self.answer(503 if self.node.is_full else 200)


class NotHereConsumer(HttpConsumer):
    """Everything else, which the web serves."""

    @override
    async def asked(self, body: bytes) -> None:
        await self.refuse(
            *(404, "api.not_found", "Not found"), "This process serves realtime connections only."
        )


class Application:
    """A node behind Channels' routing; the node lives from the server's start to its end."""

    def __init__(self) -> None:
        self.node: Node | None = None
        self._serve = ProtocolTypeRouter(
            {
                "websocket": URLRouter(
                    [
                        path("connection/websocket", WebSocketConsumer.as_asgi()),
                        re_path("", StrangeWebSocketConsumer.as_asgi()),
                    ]
                ),
                "http": URLRouter(
                    [
                        path("connection/sse", StreamConsumer.as_asgi()),
                        path("connection/http_stream", LineConsumer.as_asgi()),
                        path("emulation", EmulationConsumer.as_asgi()),
                        path("api/v1/realtime/events", EventStreamConsumer.as_asgi()),
                        path("health/live", LiveConsumer.as_asgi()),
                        path("health/ready", ReadyConsumer.as_asgi()),
                        re_path("", NotHereConsumer.as_asgi()),
                    ]
                ),
            }
        )

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one connection, one request, or the server's life."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _live(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await receive()
        self.node = scope["state"]["node"] = Node()
        self.node.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.node.stop()
        await send({"type": "lifespan.shutdown.complete"})


def get_application() -> Application:
    """Return the application; Django has been set up."""
    return Application()
