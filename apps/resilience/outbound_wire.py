"""One request and its answer over a kept connection.

aiohttp connects, keeps connections and parses answers (llhttp); the request is written here, in one
piece. aiohttp's session and request objects would cost three times as much as the wire itself.
"""

import asyncio
from dataclasses import dataclass
from functools import lru_cache

import aiohttp
from aiohttp.connector import Connection
from multidict import CIMultiDict
from yarl import URL

from apps.resilience.outbound_timing import Stopwatch

REMEMBERED_URLS = 1024
_SWITCHING = 101


@dataclass(frozen=True)
class Target:
    """Where a URL leads: what aiohttp needs to connect, and what stands in each request."""

    route: aiohttp.ClientRequest
    path: str
    host: str


@dataclass(frozen=True)
class Received:
    """An answer, with no more of its body than was asked for."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_cut: bool


class Wire:
    """Sends requests over the connections of one connector, in one event loop."""

    def __init__(self, connector: aiohttp.TCPConnector) -> None:
        self._connector = connector
        self.target = lru_cache(REMEMBERED_URLS)(_target)

    async def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: CIMultiDict[str],
        body: bytes,
        read_at_most: int,
        stopwatch: Stopwatch,
    ) -> Received:
        """Send a request and return its answer; the caller limits the time in all.

        Informational answers (1xx) are passed over. The connection is kept only after an answer
        that was read to its end; one that the other side has closed meanwhile fails. Raises what
        aiohttp raises, and ValueError for headers that cannot be sent.
        """
        target, limits = self.target(url), stopwatch.limits
        written = _head(method, target, headers, len(body)) + body
        connection = await self._connected(target, limits.connect_seconds)
        stopwatch.mark("connected")
        protocol, transport = connection.protocol, connection.transport
        assert protocol is not None
        assert transport is not None
        try:
            protocol.set_response_params(
                skip_payload=method == "HEAD", read_until_eof=True, auto_decompress=False
            )
            transport.write(written)
            async with asyncio.timeout(limits.first_byte_seconds):
                message, payload = await protocol.read()
                while 100 <= message.code < 200 and message.code != _SWITCHING:
                    message, payload = await protocol.read()
            stopwatch.mark("answered")
            read, is_cut = await _read(payload, read_at_most)
        except BaseException:
            connection.close()
            raise
        # An answer may come before the whole request is sent.
        if is_cut or transport.get_write_buffer_size():
            connection.close()
        else:
            connection.release()
        return Received(message.code, tuple(message.headers.items()), read, is_cut)

    async def _connected(self, target: Target, seconds: float) -> Connection:
        try:
            connecting = aiohttp.ClientTimeout(connect=seconds)
            return await self._connector.connect(target.route, [], connecting)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError from error


def _target(url: str) -> Target:
    """Read a URL; raises aiohttp's InvalidURL, or ValueError."""
    parsed = URL(url)
    if parsed.scheme not in {"http", "https"}:
        raise aiohttp.NonHttpUrlClientError(parsed)
    route = aiohttp.ClientRequest("GET", parsed, loop=asyncio.get_running_loop())
    return Target(route, parsed.raw_path_qs, route.headers["Host"])


def _head(method: str, target: Target, headers: CIMultiDict[str], length: int) -> bytes:
    """Return the request line and headers; raises ValueError where one would begin another."""
    if length or method not in {"GET", "HEAD"}:
        headers["Content-Length"] = str(length)
    # A cache is asked about a site under whose name it does not run.
    host = headers.pop("Host", target.host)
    lines = [f"{method} {target.path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    text = "\r\n".join(lines)
    if text.count("\n") + text.count("\r") != 2 * (len(lines) - 1) or "\0" in text:
        raise ValueError("A header holds a line break or a null character.")
    return f"{text}\r\n\r\n".encode()


async def _read(payload: aiohttp.StreamReader, limit: int) -> tuple[bytes, bool]:
    """Return at most ``limit`` bytes of the body, and whether there was more."""
    if payload.is_eof() and payload.total_bytes <= limit:
        return payload.read_nowait(), False
    read = bytearray()
    while len(read) <= limit:
        chunk = await payload.read(limit + 1 - len(read))
        if not chunk:
            return bytes(read), False
        read += chunk
    return bytes(read[:limit]), True
