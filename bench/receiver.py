"""A receiver of webhooks that only counts: run as a process of its own, on a core of its own.

Usage: ``python -m bench.receiver RESULT PORT ...``. It writes what it counted at SIGTERM.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from typing_extensions import override

from devstack import ports

_ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
_ID = b"\r\nwebhook-id: "
_LENGTH = b"\r\ncontent-length: "


class Counter:
    """What arrived: how many requests, and how many different messages per port."""

    def __init__(self) -> None:
        self.received = 0
        self.seen: set[tuple[int, bytes]] = set()

    def take(self, port: int, message_id: bytes) -> None:
        """Note one request."""
        self.received += 1
        self.seen.add((port, message_id))

    def as_text(self) -> str:
        """Return the counts as JSON."""
        return json.dumps({"received": self.received, "different": len(self.seen)})


class Connection(asyncio.Protocol):
    """Just enough of HTTP/1.1 for requests with a Content-Length, one after the other."""

    def __init__(self, counter: Counter, port: int) -> None:
        self._counter = counter
        self._port = port
        self._buffer = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            lowered = head.lower()
            size = end + 4 + int(_value(head, lowered, _LENGTH) or 0)
            if len(self._buffer) < size:
                return
            self._counter.take(self._port, _value(head, lowered, _ID))
            self._buffer = self._buffer[size:]
            self._transport.write(_ANSWER)


def _value(head: bytes, lowered: bytes, name: bytes) -> bytes:
    """Return the value of a header; nothing where it is missing."""
    start = lowered.find(name)
    if start < 0:
        return b""
    start += len(name)
    end = head.find(b"\r\n", start)
    return head[start:] if end < 0 else head[start:end]


async def receive(counter: Counter, listening: list[int], on_ready: Callable[[], object]) -> None:
    """Count until SIGTERM."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    for port in listening:
        await loop.create_server(_connections(counter, port), ports.LOOPBACK, port)
    on_ready()
    await stop.wait()


def main() -> None:
    """Listen, say so in the result's file, and write the counts there at the end."""
    result, counter = Path(sys.argv[1]), Counter()
    listening = [int(port) for port in sys.argv[2:]]
    asyncio.run(receive(counter, listening, lambda: result.write_text("{}", encoding="utf-8")))
    result.write_text(counter.as_text(), encoding="utf-8")


def _connections(counter: Counter, port: int) -> Callable[[], Connection]:
    return lambda: Connection(counter, port)


if __name__ == "__main__":
    main()
