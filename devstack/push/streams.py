"""What browsers watch: the page of pushes, its live stream, and a subscription's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from devstack import paths
from devstack.push.services import PushServices
from devstack.push.showing import shown
from devstack.push.subscriptions import Message

FOLDER = Path(__file__).parent / "page"
# The look of the other pages of development.
STYLE = paths.ROOT / "apps" / "playground" / "templates" / "playground" / "style.css"
# A page shows no more, and looks no oftener: thousands a second may arrive.
NEWEST = 60
PAUSE_SECONDS = 0.2
# A line that says nothing, so that a browser that has gone is noticed.
BEAT_SECONDS = 15.0
# What a page has to come back to its stream.
RETURN_SECONDS = 5.0
# Pages of other ports, such as the playground's phones, are devices too.
ANYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Content-Type, Last-Event-ID",
}
Send = Callable[[bytes], Coroutine[Any, Any, None]]


class Streams:
    """The routes by which browsers watch."""

    def __init__(self, services: PushServices) -> None:
        self._services = services

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Mount the routes."""
        router.add_get("/", self.page)
        router.add_get("/page/style.css", self.style)
        router.add_static("/page", FOLDER)
        router.add_get("/events", self.events)
        router.add_get("/web-push/{id}/stream", self.messages)
        router.add_route("OPTIONS", "/web-push/{rest:.*}", self.preflight)

    async def page(self, request: web.Request) -> web.FileResponse:
        """Show the page."""
        return web.FileResponse(FOLDER / "page.html", headers={"Cache-Control": "no-store"})

    async def style(self, request: web.Request) -> web.FileResponse:
        """Show the style that the page shares with the playground."""
        return web.FileResponse(STYLE)

    async def preflight(self, request: web.Request) -> web.Response:
        """Let pages of other origins subscribe (CORS)."""
        return web.Response(status=204, headers=ANYBODY)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream what arrives, as a phone shows it; the newest at first, or what was missed."""
        journal = self._services.journal
        told = request.headers.get("Last-Event-ID", "")
        last = int(told) if told.isdecimal() else 0
        async with _stream(request) as (response, send):
            while True:
                for push in journal.pushes(after=last)[-NEWEST:]:
                    await send(_event(shown(push), push.number))
                last = journal.last
                if await journal.wait(last, seconds=BEAT_SECONDS):
                    await asyncio.sleep(PAUSE_SECONDS)
                else:
                    await send(b":\n\n")
        return response

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """Stream what is pushed to one subscription, encrypted as it came."""
        subscription = self._services.web_push.subscriptions.get(request.match_info["id"])
        if subscription is None:
            raise web.HTTPNotFound(headers=ANYBODY)
        async with (
            _stream(request) as (response, send),
            aclosing(subscription.messages()) as coming,
        ):
            try:
                await _hand_over(coming, send)
            finally:
                # A page that is loaded anew or lost its way for a moment comes back.
                leave = self._services.web_push.subscriptions.leave
                asyncio.get_running_loop().call_later(RETURN_SECONDS, leave, subscription)
        return response


async def _hand_over(messages: AsyncGenerator[Message], send: Send) -> None:
    while True:
        coming = asyncio.ensure_future(anext(messages))
        try:
            while not coming.done():
                await asyncio.wait({coming}, timeout=BEAT_SECONDS)
                if not coming.done():
                    await send(b":\n\n")
        finally:
            coming.cancel()
            await asyncio.wait({coming})
        await send(_event(coming.result().told()))


@asynccontextmanager
async def _stream(request: web.Request) -> AsyncIterator[tuple[web.StreamResponse, Send]]:
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", **ANYBODY}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    # So that the browser says at once that the stream is open.
    await response.write(b":\n\n")
    with suppress(ConnectionResetError):  # it has gone
        yield response, response.write


def _event(told: dict[str, Any], number: int | None = None) -> bytes:
    name = b"id: %d\n" % number if number is not None else b""
    return name + b"data: " + orjson.dumps(told) + b"\n\n"
