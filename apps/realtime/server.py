"""The server of a node: uvicorn, which drains before it stops and lets go of frozen sockets."""

import asyncio
import socket
from typing import Any

import uvicorn
from django.conf import settings
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from apps.realtime.asgi import Application

_FIRST_REQUEST_SECONDS = 10.0
_MOST_HEADER_BYTES = 32 * 1024
_STOP_SECONDS = 5


class _Http(HttpToolsProtocol):
    """Shows the socket to consumers, and has no patience with requests that do not come."""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as called
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}
        self._unread = 0
        loop = asyncio.get_running_loop()
        self._impatience = loop.call_later(_FIRST_REQUEST_SECONDS, self._give_up)

    @override
    def data_received(self, data: bytes) -> None:
        if self.cycle is None:
            self._unread += len(data)
            if self._unread > _MOST_HEADER_BYTES + settings.REALTIME_FRAME_BYTES:
                self.transport.abort()
                return
        super().data_received(data)
        if self.cycle is not None or self.transport.get_protocol() is not self:
            self._impatience.cancel()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._impatience.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        if self.cycle is None:
            self.transport.abort()


class _WebSocket(WebSocketsSansIOProtocol):
    """Shows the socket to consumers: `close` waits for ever for a peer that reads nothing."""

    @override
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}

    def write_at_once(self, frame: bytes) -> bool:
        """Write a frame as it is; False where it must wait, or comes too late."""
        if self.conn.state is not State.OPEN or not self.writable.is_set():
            return False
        self.transport.write(frame)
        return True


class Server(uvicorn.Server):
    """Sends clients away one by one before it closes what is left."""

    def __init__(self, application: Application, *, host: str, port: int) -> None:
        self._application = application
        super().__init__(
            uvicorn.Config(
                application,
                host=host,
                port=port,
                interface="asgi3",
                lifespan="on",
                loop="uvloop",
                http=_Http,
                ws=_WebSocket,
                ws_max_size=settings.REALTIME_FRAME_BYTES,
                # The node has a heartbeat of its own, which clients are told of.
                ws_ping_interval=None,
                # Each would hold 40 KiB, and most of the time of a fan-out would go into it.
                ws_per_message_deflate=False,
                backlog=4096,
                log_config=None,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_STOP_SECONDS,
            )
        )

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nobody in any more, drain, then stop."""
        for server in self.servers:
            server.close()
        if self._application.node is not None:
            await self._application.node.drain()
        await super().shutdown(sockets)
