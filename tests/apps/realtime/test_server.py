"""The server: giant frames, false headers, requests that never come, and its end."""

import socket

import pytest

from apps.accounts.models import User
from apps.realtime.models import Connection
from tests.realtime_nodes import IN_TIME, Phone, RunningNode, asked

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024


def test_giant_frame_is_refused_by_its_length(node: RunningNode, token: str) -> None:
    before = node.memory()
    with Phone(node) as phone:
        phone.sign_in(token)
        # The head of a text frame of 100 MB, masked; not one byte of it need be sent.
        phone.socket.socket.sendall(
            b"\x81\xff" + (100 * MEGABYTE).to_bytes(8) + bytes(4) + bytes(65536)
        )

        assert phone.closed()[0] == 1009
    assert node.memory() - before < 20 * MEGABYTE


def test_control_bytes_in_headers_are_refused(node: RunningNode) -> None:
    for headers in ({"X_A": "a\x0bb"}, {"Upgrade": "web\x00socket"}, {"X\x0b": "a"}):
        assert asked(f"{node.url}/connection/websocket", **headers)[0] == 400


def test_request_that_never_comes_is_not_waited_for(node: RunningNode) -> None:
    place = ("127.0.0.1", node.port)
    with (
        socket.create_connection(place, timeout=IN_TIME) as slow_headers,
        socket.create_connection(place, timeout=IN_TIME) as slow_body,
    ):
        slow_headers.sendall(b"GET /connection/websocket HTTP/1.1\r\nX-Slow: ")
        slow_body.sendall(b"POST /emulation HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")

        assert slow_headers.recv(1024) == b""
        assert slow_body.recv(1024) == b""


def test_draining_node_sends_its_clients_away_and_ends(
    node: RunningNode, owner: User, token: str
) -> None:
    with Phone(node) as phone:
        phone.sign_in(token)

        node.ask_to_end()

        assert phone.closed() == (3001, "shutdown")
    assert node.process.wait(timeout=IN_TIME) in {0, -15}
    assert Connection.objects.get(user=owner).close_code == 3001
