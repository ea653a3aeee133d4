"""What a node bears: giant frames, frozen readers, floods, strange pages and dead servers."""

import socket
import time
from contextlib import ExitStack
from pathlib import Path

import orjson
import pytest
from websockets.exceptions import InvalidStatus

from apps.accounts.models import User
from devstack.waiting import wait_until
from tests.factories.buildings import BuildingFactory
from tests.factories.realtime import read_all, say
from tests.own_redis import OwnRedis
from tests.realtime_nodes import IN_TIME, Phone, RunningNode, asked, running_node, token_of

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


def test_frame_that_is_no_command_ends_the_connection(node: RunningNode, token: str) -> None:
    frames = ["nonsense", "[]", '{"id":1}', '{"id":1,"subscribe":[]}', '{"id":"1","ping":{}}']
    for frame in [
        *frames,
        '{"id":2,"connect":{"token":"x"}}',
        '{"id":1,"subscribe":{"channel":1}}',
    ]:
        with Phone(node) as phone:
            phone.sign_in(token)
            phone.socket.send(frame)

            assert phone.closed() == (3501, "bad request"), frame


def test_command_before_connecting_ends_the_connection(node: RunningNode) -> None:
    with Phone(node) as phone:
        phone.say({"id": 1, "subscribe": {"channel": "user:x"}})

        assert phone.closed() == (3501, "bad request")


def test_client_that_says_nothing_is_closed(tmp_path: Path) -> None:
    with running_node(tmp_path, REALTIME_CONNECT_SECONDS=1) as node, Phone(node) as phone:
        assert phone.closed() == (3502, "stale")


def test_flood_of_commands_ends_the_connection(node: RunningNode, token: str) -> None:
    with Phone(node) as phone:
        phone.sign_in(token)
        for number in range(2, 300):
            phone.say({"id": number, "ping": {}})

        assert phone.closed() == (3013, "too many requests")


def test_limits_of_channels_and_connections(tmp_path: Path, owner: User) -> None:
    rooms = [BuildingFactory.create(owner__user=owner).public_id for _ in range(3)]
    token = token_of(owner)
    limits = {"REALTIME_CHANNELS_PER_CONNECTION": 3, "REALTIME_CONNECTIONS_PER_USER": 2}
    with running_node(tmp_path, **limits) as node, Phone(node) as one, Phone(node) as two:
        one.sign_in(token)
        two.sign_in(token)
        answers = [one.ask("subscribe", channel=f"room:building:{room}") for room in rooms]

        assert ["error" in answer for answer in answers] == [False, False, True]
        assert answers[2]["error"]["code"] == 106
        with Phone(node) as three:
            three.say({"id": 1, "connect": {"token": token}})
            assert three.closed() == (3504, "connection limit")


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_pages_of_strange_sites_are_refused(node: RunningNode, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        Phone(node, headers={"Origin": origin})

    assert refusal.value.response.status_code == 403
    for path in ("connection/sse", "api/v1/realtime/events"):
        assert asked(f"{node.url}/{path}", Origin=origin)[0] == 403


@pytest.mark.parametrize("origin", ["http://testserver", "http://localhost:3000"])
def test_pages_of_our_sites_are_let_in(node: RunningNode, token: str, origin: str) -> None:
    with Phone(node, headers={"Origin": origin}) as phone:
        assert phone.sign_in(token)["client"]


def test_control_bytes_in_headers_are_refused(node: RunningNode) -> None:
    for headers in ({"X_A": "a\x0bb"}, {"Upgrade": "web\x00socket"}, {"X\x0b": "a"}):
        assert asked(f"{node.url}/connection/websocket", **headers)[0] == 400


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


def test_ten_thousand_joins_leave_the_rest_in_peace(tmp_path: Path, owner: User, room: str) -> None:
    """A hundred connections of one person each enter a room and leave it a hundred times."""
    limits = {
        "REALTIME_CONNECTIONS_PER_USER": 500,
        "REALTIME_COMMANDS_AT_ONCE": 1000,
        # They are read one after the other.
        "REALTIME_PING_SECONDS": 600,
    }
    token = token_of(owner)
    with running_node(tmp_path, **limits) as node, ExitStack() as stack:
        phones = [stack.enter_context(Phone(node)) for _ in range(100)]
        for phone in phones:
            phone.sign_in(token)
        before = node.memory()
        for first in range(100, 1100, 100):
            for phone in phones:
                phone.socket.send(_comings_and_goings(room, first, times=10))
            assert asked(f"{node.url}/health/ready")[0] == 200
            for phone in phones:
                assert "unsubscribe" in phone._reply(first + 19)
                phone.told.clear()

        assert node.memory() - before < 60 * MEGABYTE


def _comings_and_goings(room: str, first: int, *, times: int) -> str:
    commands = [
        orjson.dumps({"id": first + 2 * number + step, command: {"channel": room}}).decode()
        for number in range(times)
        for step, command in enumerate(("subscribe", "unsubscribe"))
    ]
    return "\n".join(commands)


def test_messages_come_though_redis_is_dead(
    tmp_path: Path, own_redis: OwnRedis, token: str, room: str
) -> None:
    """What PostgreSQL knows arrives, in order, while Redis is killed and when it is back."""
    patience = {"REDIS_URL": own_redis.url, "REDIS_PATIENCE": "1"}
    with running_node(tmp_path, environment=patience) as node, Phone(node) as phone:
        phone.sign_in(token)
        first = phone.ask("subscribe", channel=room)["subscribe"].get("offset", 0)
        say(room.removeprefix("room:"), count=10)
        own_redis.stop()
        read_all()
        say(room.removeprefix("room:"), count=10)
        read_all()

        assert phone.offsets(room, until=first + 20) == list(range(first + 1, first + 21))
        with Phone(node) as other:
            assert other.sign_in(token)["client"]
            assert other.ask("subscribe", channel=room)["subscribe"]["offset"] == first + 20
            assert other.ask("presence", channel=room)["error"]["code"] == 108
        own_redis.start()
        assert wait_until(
            lambda: room in str(phone.ask("subscribe", channel=room)) or _is_present(phone, room),
            seconds=IN_TIME,
            pause=0.5,
        )


def test_messages_come_though_redis_is_frozen(
    tmp_path: Path, own_redis: OwnRedis, token: str, room: str
) -> None:
    patience = {"REDIS_URL": own_redis.url, "REDIS_PATIENCE": "1"}
    with running_node(tmp_path, environment=patience) as node, Phone(node) as phone:
        phone.sign_in(token)
        first = phone.ask("subscribe", channel=room)["subscribe"].get("offset", 0)
        own_redis.freeze()
        say(room.removeprefix("room:"), count=10)
        read_all()

        assert phone.offsets(room, until=first + 10) == list(range(first + 1, first + 11))


def test_request_that_never_comes_is_not_waited_for(node: RunningNode) -> None:
    with socket.create_connection(("127.0.0.1", node.port), timeout=IN_TIME) as line:
        line.sendall(b"GET /connection/websocket HTTP/1.1\r\nX-Slow: ")

        assert line.recv(1024) == b""


def test_what_nobody_asked_for_ends_at_the_web(node: RunningNode) -> None:
    assert asked(f"{node.url}/api/v1/buildings/")[0] == 404
    assert asked(f"{node.url}/connection/websocket")[0] in {400, 404}


def _is_present(phone: Phone, room: str) -> bool:
    return "presence" in phone.ask("presence", channel=room)


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
