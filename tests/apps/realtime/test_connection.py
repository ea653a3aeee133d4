"""A connection: what is sent together and after what, and clients that say or read nothing."""

import asyncio
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import Mock

import orjson
import pytest

from apps.realtime.connection import Connection
from apps.realtime.outbox import Frame
from apps.realtime.protocol.codecs import JSON
from apps.realtime.types import Transport
from tests.factories.realtime import read_all, say
from tests.realtime_nodes import Phone, RunningNode, running_node

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024


class Socket:
    """A wire that takes what it is sent at once, or only when somebody reads again."""

    kind = Transport.WEBSOCKET

    def __init__(self) -> None:
        self.sent: list[list[int]] = []
        self.is_read = asyncio.Event()
        self.is_read.set()

    def send_at_once(self, frames: Sequence[Frame]) -> bool:
        if self.is_read.is_set():
            self.sent.append([frame.offset for frame in frames])
        return self.is_read.is_set()

    async def send(self, frames: Sequence[Frame]) -> None:
        await self.is_read.wait()
        self.sent.append([frame.offset for frame in frames])

    async def close(self, code: int, reason: str) -> None:
        """Say nothing."""

    def abort(self) -> None:
        """Do nothing."""


def put(connection: Connection, *offsets: int) -> None:
    for offset in offsets:
        connection.put(Frame(b"{}", "room", offset))


async def test_what_comes_in_one_turn_of_the_loop_is_sent_together() -> None:
    wire = Socket()
    connection = Connection(Mock(), wire, JSON)

    put(connection, 1, 2)
    await asyncio.sleep(0)
    put(connection, 3)
    await asyncio.sleep(0)

    assert wire.sent == [[1, 2], [3]]
    connection.detach(1006)


async def test_nothing_overtakes_what_waits_for_the_reader() -> None:
    wire = Socket()
    connection = Connection(Mock(), wire, JSON)
    wire.is_read.clear()
    put(connection, 1)
    await asyncio.sleep(0)
    put(connection, 2)
    await asyncio.sleep(0)

    wire.is_read.set()
    put(connection, 3)
    for _ in range(10):
        await asyncio.sleep(0)
    put(connection, 4)
    await asyncio.sleep(0)

    assert [offset for frames in wire.sent for offset in frames] == [1, 2, 3, 4]
    connection.detach(1006)


async def test_nothing_is_sent_once_it_has_ended() -> None:
    wire = Socket()
    connection = Connection(Mock(), wire, JSON)

    put(connection, 1)
    connection.detach(1006)
    await asyncio.sleep(0)

    assert wire.sent == []


def test_client_that_says_nothing_is_closed(tmp_path: Path) -> None:
    with running_node(tmp_path, REALTIME_CONNECT_SECONDS=1) as node, Phone(node) as phone:
        assert phone.closed() == (3502, "stale")


def test_frozen_reader_is_closed_and_memory_stays_flat(
    tmp_path: Path, token: str, room: str
) -> None:
    """Ten who read nothing are sent 30 MB each; one who reads gets all of it."""
    with running_node(tmp_path) as node, Phone(node) as reader:
        reader.sign_in(token)
        offset = reader.ask("subscribe", channel=room)["subscribe"].get("offset", 0)
        frozen = [_frozen(node, token, room) for _ in range(10)]
        before = node.memory()

        for _ in range(60):
            say(room.removeprefix("room:"), count=50, text="x" * 10_000)
            read_all()
            offset += 50
            reader.offsets(room, until=offset)
            reader.told.clear()

        closed = [event["code"] for event in node.events("connection.closed")]
        assert closed == [3008] * 10
        assert node.memory() - before < 60 * MEGABYTE
        for line in frozen:
            line.close()


def _frozen(node: RunningNode, token: str, room: str) -> socket.socket:
    """Return a line whose owner subscribes and then reads nothing any more."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", node.port))
    line.sendall(
        b"GET /connection/websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    line.recv(1000)
    connecting = orjson.dumps({"id": 1, "connect": {"token": token}})
    commands = connecting + b"\n" + orjson.dumps({"id": 2, "subscribe": {"channel": room}})
    line.sendall(b"\x81\xfe" + len(commands).to_bytes(2) + bytes(4) + commands)
    time.sleep(0.2)
    return line
