"""A thousand phones with a socket each: they come back when cut off, and keep count of all."""

import asyncio
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

CONNECTING_AT_ONCE = 50
LONGEST_PAUSE_SECONDS = 0.5


@dataclass
class Phone:
    """One person's phone, and what it was handed on their own channel."""

    channel: str
    token: str
    position: dict[str, Any] = field(default_factory=dict)
    offsets: list[int] = field(default_factory=list)
    # Of what each event said, in order.
    heard: list[dict[str, Any]] = field(default_factory=list)
    connections: int = 0
    # The node could not prove that nothing was missed.
    unproven: int = 0
    is_connected: bool = False


class Crowd:
    """All phones, in a loop of their own thread."""

    def __init__(self, url: Callable[[], str], phones: Mapping[str, Phone]) -> None:
        self._url = url
        self.phones = phones
        self._loop = asyncio.new_event_loop()
        self._room = asyncio.Semaphore(CONNECTING_AT_ONCE)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        """Let every phone connect, and stay connected."""
        self._thread.start()
        for phone in self.phones.values():
            asyncio.run_coroutine_threadsafe(self._live(phone), self._loop)

    def stop(self) -> None:
        """Hang up all."""
        asyncio.run_coroutine_threadsafe(self._cancel(), self._loop).result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=30)
        self._loop.close()

    @property
    def connected(self) -> int:
        """How many phones are connected now."""
        return sum(phone.is_connected for phone in self.phones.values())

    async def _cancel(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _live(self, phone: Phone) -> None:
        while True:
            with suppress(OSError, ConnectionClosed, InvalidHandshake, TimeoutError):
                await self._connected(phone)
            phone.is_connected = False
            await asyncio.sleep(random.random() * LONGEST_PAUSE_SECONDS)

    async def _connected(self, phone: Phone) -> None:
        async with self._room:
            line = await connect(
                self._url(), compression=None, ping_interval=None, proxy=None, close_timeout=1
            )
        async with line:
            phone.connections += 1
            await line.send(orjson.dumps(_greeting(phone)).decode())
            while True:
                for text in str(await line.recv()).split("\n"):
                    await _hear(phone, orjson.loads(text), line)


def _greeting(phone: Phone) -> dict[str, Any]:
    params: dict[str, Any] = {"token": phone.token}
    if phone.position:
        params["subs"] = {phone.channel: {"recover": True, **phone.position}}
    return {"id": 1, "connect": params}


async def _hear(phone: Phone, reply: dict[str, Any], line: ClientConnection) -> None:
    if not reply:
        await line.send("{}")
    elif reply.get("id") == 1:
        given = reply["connect"]["subs"][phone.channel]
        phone.unproven += bool(given.get("was_recovering")) and not given.get("recovered")
        for publication in given.get("publications", ()):
            _take(phone, publication)
        phone.position = {"epoch": given["epoch"], "offset": given.get("offset", 0)}
        phone.is_connected = True
    elif (publication := reply.get("push", {}).get("pub")) is not None:
        _take(phone, publication)


def _take(phone: Phone, publication: dict[str, Any]) -> None:
    phone.offsets.append(publication["offset"])
    phone.heard.append(publication["data"])
    phone.position["offset"] = publication["offset"]


@contextmanager
def crowd_of(url: Callable[[], str], phones: Mapping[str, Phone]) -> Iterator[Crowd]:
    """Let phones, by whose they are, live within the block, on the node that ``url`` names."""
    crowd = Crowd(url, phones)
    crowd.start()
    try:
        yield crowd
    finally:
        crowd.stop()
