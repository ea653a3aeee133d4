"""A connection: what is sent together and after what, and clients that say or read nothing."""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import orjson
import pytest
from pytest_django.fixtures import Settings

from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.realtime.connection import Connection
from apps.realtime.outbox import Frame
from apps.realtime.protocol.codecs import JSON
from apps.realtime.types import Presence, Transport
from devstack.waiting import wait_until
from tests.apps.realtime.stand_ins import House
from tests.factories.realtime import publish
from tests.realtime_nodes import IN_TIME, Phone, RunningNode, running_node

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
    with ExitStack() as stack:
        node = stack.enter_context(running_node(tmp_path))
        reader = stack.enter_context(Phone(node))
        reader.sign_in(token)
        offset = reader.follow(room)
        for _ in range(10):
            stack.enter_context(_frozen(node, token, _subscribing(room)))
        before = node.memory()

        for _ in range(60):
            publish(room, count=50, text="x" * 10_000)
            offset += 50
            reader.offsets(room, until=offset)
            reader.told.clear()

        assert wait_until(lambda: len(node.events("connection.closed")) == 10, seconds=IN_TIME)
        closed = [event["code"] for event in node.events("connection.closed")]
        assert closed == [3008] * 10
        assert node.memory() - before < 60 * MEGABYTE


def test_answers_that_nobody_reads_are_not_made(tmp_path: Path, token: str, room: str) -> None:
    """Ten ask for 60 MB each and read nothing: they are given what fits, and ended."""
    publish(room, count=300, text="x" * 2_000)
    asked = {"channel": room, "limit": 300}
    commands = [{"id": number, "history": asked} for number in range(3, 103)]
    beat: dict[str, Any] = {"REALTIME_PING_SECONDS": 3, "REALTIME_PONG_SECONDS": 2}
    with ExitStack() as stack:
        node = stack.enter_context(running_node(tmp_path, **beat))
        before = node.memory()
        for _ in range(10):
            stack.enter_context(_frozen(node, token, _subscribing(room), *commands))

        assert wait_until(lambda: len(node.events("connection.closed")) == 10, seconds=IN_TIME)
        closed = [event["code"] for event in node.events("connection.closed")]
        assert closed == [3012] * 10
        assert node.memory() - before < 150 * MEGABYTE


async def test_joins_that_nobody_reads_end_the_connection(settings: Settings) -> None:
    settings.REALTIME_QUEUED_MESSAGES = 10
    house, wire = House(), Socket()
    wire.is_read.clear()
    connection = Connection(house, wire, JSON)
    who = Presence(client_id="c", user_id=new_id(), connected_at=now(), node="n", info={})

    for _ in range(20):
        connection.put_told("room:building:x", "join", who)
    await asyncio.gather(*house.tasks)

    assert (connection.close_code, connection.close_reason) == (3008, "slow")


def _subscribing(room: str) -> dict[str, object]:
    return {"id": 2, "subscribe": {"channel": room}}


def _frozen(node: RunningNode, token: str, *commands: dict[str, object]) -> socket.socket:
    """Return a line whose owner connects, says this, and then reads nothing any more."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", node.port))
    line.sendall(
        b"GET /connection/websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    line.recv(1000)
    said = b"\n".join(map(orjson.dumps, ({"id": 1, "connect": {"token": token}}, *commands)))
    line.sendall(b"\x81\xfe" + len(said).to_bytes(2) + bytes(4) + said)
    line.settimeout(IN_TIME)
    heard = b""
    while b'"id":2' not in heard:
        more = line.recv(1000)
        assert more, heard
        heard += more
    return line
