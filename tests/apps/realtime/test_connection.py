"""A connection: one that says nothing, and one that reads nothing."""

import socket
import time
from pathlib import Path

import orjson
import pytest

from tests.factories.realtime import read_all, say
from tests.realtime_nodes import Phone, RunningNode, running_node

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024


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
