"""The reference SDK (npm `centrifuge`) in all its transports, on nodes behind lines that break."""

import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

import pytest
from django.conf import settings

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.keyring.services import sign_token, verify_token
from apps.realtime.selectors import positions
from tests.factories.buildings import BuildingFactory
from tests.factories.realtime import publish
from tests.own_redis import OwnRedis, own_redis
from tests.realtime_nodes import RunningNode, running_node, token_of

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]
__all__ = ["own_redis"]

HERE = Path(__file__).parent
IN_TIME = 30.0
# Codec, and transport, which is also the path below `/connection`.
WAYS = {
    "json": ("json", "websocket"),
    "protobuf": ("protobuf", "websocket"),
    "sse": ("json", "sse"),
    "http_stream": ("json", "http_stream"),
    "http_stream_protobuf": ("protobuf", "http_stream"),
}
TRANSPORTS = list(WAYS)


class Line:
    """A way to a node that can be cut, as a tunnel cuts it."""

    def __init__(self, node: RunningNode) -> None:
        self._target = node.port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self.is_cut = False
        self._threads: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def cut(self) -> None:
        """Break what is open, and let nobody through."""
        self.is_cut = True
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let everybody through again."""
        self.is_cut = False

    def close(self) -> None:
        """Take the line away."""
        # A close alone would let one more through: whoever accepts goes on accepting.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join(IN_TIME)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(IN_TIME)
        for end in self._open:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._open.append(near)
                if self.is_cut:
                    near.shutdown(socket.SHUT_RDWR)
                    continue
                far = socket.create_connection(("127.0.0.1", self._target))
                self._open.append(far)
                for ends in ((near, far), (far, near)):
                    self._threads.append(threading.Thread(target=_relay, args=ends, daemon=True))
                    self._threads[-1].start()


def _relay(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while piece := one.recv(65536):
            other.sendall(piece)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class SdkClient:
    """A process of node that runs the SDK."""

    def __init__(self, transport: str, line: Line, emulation: Line, token: str) -> None:
        node = shutil.which("node")
        assert node, "make test-system installs it"
        codec, way = WAYS[transport]
        scheme = "ws" if way == "websocket" else "http"
        about = {
            "codec": codec,
            "transport": way,
            "url": f"{scheme}://127.0.0.1:{line.port}/connection/{way}",
            "emulation": f"http://127.0.0.1:{emulation.port}/emulation",
            "token": token,
        }
        self._process = subprocess.Popen(
            [node, str(HERE / "realtime_client.js"), json.dumps(about)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.happened: list[dict[str, Any]] = []
        self._lines: SimpleQueue[str] = SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.wait_for("ready")

    def do(self, what: str, **about: Any) -> None:
        """Let the client do something."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"what": what, **about}) + "\n")
        self._process.stdin.flush()

    def wait_for(self, what: str, **about: Any) -> dict[str, Any]:
        """Wait until this happens, unless it has already; return and forget it."""
        until = monotonic() + IN_TIME
        seen = 0
        while True:
            for place, each in enumerate(self.happened[seen:], seen):
                if each["what"] == what and about.items() <= each.items():
                    return self.happened.pop(place)
            seen = len(self.happened)
            try:
                line = self._lines.get(timeout=max(0.01, until - monotonic()))
            except Empty:
                raise AssertionError(f"no {what} {about}; but {self.happened}") from None
            self.happened.append(json.loads(line))

    def offsets(self, channel: str, *, until: int) -> list[int]:
        """Wait for that offset; return all offsets heard on the channel, in order."""
        last = self.wait_for("heard", channel=channel, offset=until)
        heard = [each for each in self.happened if each["what"] == "heard"]
        self.happened = [each for each in self.happened if each["what"] != "heard"]
        return [*(each["offset"] for each in heard if each["channel"] == channel), last["offset"]]

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)


@contextmanager
def two_lines(folder: Path, **changes: Any) -> Iterator[tuple[Line, Line]]:
    with ExitStack() as stack:
        nodes = [stack.enter_context(running_node(folder, **changes)) for _ in range(2)]
        lines = [Line(node) for node in nodes]
        for line in lines:
            stack.callback(line.close)
        yield lines[0], lines[1]


@pytest.fixture
def lines(tmp_path: Path, transactional_db: None) -> Iterator[tuple[Line, Line]]:
    """Ways to two nodes."""
    with two_lines(tmp_path) as both:
        yield both


@pytest.fixture
def clients() -> Iterator[ExitStack]:
    """Ends the clients of a test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def room(owner: User) -> str:
    building: Building = BuildingFactory.create(owner__user=owner)
    return f"room:building:{building.public_id}"


def start(clients: ExitStack, transport: str, lines: tuple[Line, Line], token: str) -> SdkClient:
    """Start a client of the first line, which says what it says by emulation over the second."""
    client = SdkClient(transport, lines[0], lines[1], token)
    clients.callback(client.close)
    return client


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_sdk_hears_everything_once_over_a_cut(
    transport: str, lines: tuple[Line, Line], clients: ExitStack, owner: User, room: str
) -> None:
    client = start(clients, transport, lines, token_of(owner))
    client.do("connect")
    client.wait_for("connected")
    client.do("subscribe", channel=room)
    client.wait_for("subscribed", channel=room)

    publish(room, count=5)
    top = _top(room)
    assert client.offsets(room, until=top) == list(range(top - 4, top + 1))
    lines[0].cut()
    client.wait_for("connecting")
    publish(room, count=10)
    lines[0].mend()
    again = client.wait_for("subscribed", channel=room)
    publish(room, count=5)

    assert again["wasRecovering"] is True
    assert again["recovered"] is True
    top = _top(room)
    assert client.offsets(room, until=top) == list(range(top - 14, top + 1))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_sdk_that_missed_too_much_is_told(
    transport: str, lines: tuple[Line, Line], clients: ExitStack, owner: User, room: str
) -> None:
    client = start(clients, transport, lines, token_of(owner))
    client.do("connect")
    client.do("subscribe", channel=room)
    client.wait_for("subscribed", channel=room)
    lines[0].cut()
    client.wait_for("connecting")
    publish(room, count=310)
    lines[0].mend()

    again = client.wait_for("subscribed", channel=room)

    assert again["wasRecovering"] is True
    assert again["recovered"] is False


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_sdk_renews_its_token_without_a_new_connection(
    transport: str, tmp_path: Path, clients: ExitStack, owner: User
) -> None:
    with two_lines(tmp_path) as lines:
        client = start(clients, transport, lines, token_for(owner, seconds=3))
        client.do("connect")
        client.wait_for("connected")
        client.wait_for("token wanted")
        client.do("token", token=token_for(owner, seconds=600))
        client.do("rpc")
        client.wait_for("refused", code=104)

        assert not [each for each in client.happened if each["what"] == "connecting"]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_sdk_is_refused_rooms_of_others_and_false_tokens(
    transport: str, lines: tuple[Line, Line], clients: ExitStack, stranger: User, room: str
) -> None:
    client = start(clients, transport, lines, token_of(stranger))
    client.do("connect")
    client.do("subscribe", channel=room)
    assert client.wait_for("unsubscribed", channel=room)["code"] == 103

    liar = start(clients, transport, lines, "nonsense")
    liar.do("connect")
    assert liar.wait_for("disconnected")["code"] == 3500


def test_clients_of_all_transports_see_each_other_on_two_nodes(
    lines: tuple[Line, Line], clients: ExitStack, owner: User, room: str
) -> None:
    other_way = (lines[1], lines[0])
    found = []
    for transport, way in zip(TRANSPORTS, cycle((lines, other_way)), strict=False):
        client = start(clients, transport, way, token_of(owner))
        client.do("connect")
        found.append((client, client.wait_for("connected")["client"]))
        client.do("subscribe", channel=room)
        client.wait_for("subscribed", channel=room)
    names = sorted(name for _, name in found)
    first, last = found[0][0], found[-1]
    for _, name in found[1:]:
        first.wait_for("join", client=name)

    for client, _ in found:
        client.do("presence", channel=room)
        assert client.wait_for("present")["clients"] == names
    publish(room, count=3)
    for client, _ in found:
        assert len(client.offsets(room, until=_top(room))) == 3
    last[0].do("end")
    first.wait_for("leave", client=last[1])


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_sdk_misses_nothing_while_redis_is_killed(
    transport: str,
    tmp_path: Path,
    clients: ExitStack,
    own_redis: OwnRedis,
    owner: User,
    room: str,
) -> None:
    patience = {"REDIS_URL": own_redis.url, "REDIS_PATIENCE": "1"}
    with running_node(tmp_path, environment=patience) as node:
        line = Line(node)
        clients.callback(line.close)
        client = start(clients, transport, (line, line), token_of(owner))
        client.do("connect")
        client.do("subscribe", channel=room)
        client.wait_for("subscribed", channel=room)
        publish(room, count=100)
        own_redis.stop()
        publish(room, count=100)
        own_redis.start()
        publish(room, count=100)

        top = _top(room)
        assert client.offsets(room, until=top) == list(range(top - 299, top + 1))
        assert not [each for each in client.happened if each["what"] == "connecting"]


def _top(room: str) -> int:
    return positions([room])[room].offset


def token_for(user: User, *, seconds: int) -> str:
    """Return a token of a new session that expires so many seconds from now."""
    claims = verify_token(token_of(user), audience=settings.ACCOUNTS_TOKEN_AUDIENCE)
    return sign_token(
        claims={name: claims[name] for name in ("sub", "sid", "client_id")},
        audience=settings.ACCOUNTS_TOKEN_AUDIENCE,
        lifetime=timedelta(seconds=seconds),
    )
