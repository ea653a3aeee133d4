"""Lets the push services answer: on two ports of loopback, in this process or a thread of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager

import uvloop
from aiohttp import web

from devstack import ports
from devstack.push.apns_connection import Connection
from devstack.push.control import Control
from devstack.push.front import Front
from devstack.push.services import PushServices
from devstack.push.streams import Streams

START_SECONDS = 30.0
STOP_SECONDS = 10.0


@asynccontextmanager
async def listening(
    services: PushServices, *, http_port: int = 0, apns_port: int = 0
) -> AsyncIterator[None]:
    """Answer within the block; port 0 is one that the system chooses."""
    apns = await asyncio.get_running_loop().create_server(
        lambda: Connection(services.apns),
        ports.LOOPBACK,
        apns_port,
        ssl=services.authority.context(),
    )
    runner = web.AppRunner(_application(services), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, ports.LOOPBACK, http_port).start()
        services.apns_port = apns.sockets[0].getsockname()[1]
        services.http_port = runner.addresses[0][1]
        services.write_accounts()
        yield
    finally:
        apns.close()
        for connection in list(services.apns.connections):
            connection.cut()
        await runner.cleanup()


@contextmanager
def in_thread(services: PushServices) -> Iterator[PushServices]:
    """Answer from a thread of this process, within the block."""
    loop: Future[asyncio.AbstractEventLoop] = Future()
    ended = asyncio.Event()

    async def serve() -> None:
        async with listening(services):
            loop.set_result(asyncio.get_running_loop())
            await ended.wait()

    def work() -> None:
        # Which cancels what still streams when the block ends.
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    running = loop.result(START_SECONDS)
    try:
        yield services
    finally:
        running.call_soon_threadsafe(ended.set)
        thread.join(STOP_SECONDS)


def _application(services: PushServices) -> web.Application:
    app = web.Application(client_max_size=1024 * 1024)
    Streams(services).add_to(app.router)
    Control(services).add_to(app.router)
    Front(services).add_to(app.router)
    return app
