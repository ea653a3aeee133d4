"""Real nodes on the servers of a test, and a client of their protocol that is not ours to break."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Self
from urllib.parse import urlsplit

import orjson
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from apps.realtime.protocol.codecs import JSON, PROTOBUF, as_mapping, from_mapping
from apps.realtime.protocol.schema import message_class
from devstack import ports, processes
from devstack.waiting import wait_until
from tests.processes import database_url

IN_TIME = 60.0
_NODE = """
import json, sys
import django; django.setup()
from django.conf import settings
for name, value in json.loads(sys.argv[1]).items():
    setattr(settings, name, value)
from apps.realtime.asgi import get_application
from apps.realtime.server import Server
Server(get_application(), host="127.0.0.1", port=int(sys.argv[2])).run()
"""


@dataclass(frozen=True)
class RunningNode:
    """A node in a process of its own."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int

    @property
    def url(self) -> str:
        """Where it answers over HTTP."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        """Where it takes WebSockets."""
        return f"ws://127.0.0.1:{self.port}/connection/websocket"

    def kill(self) -> None:
        """End it as ``kill -9`` does."""
        self.process.kill()
        self.process.wait()

    def ask_to_end(self) -> None:
        """Ask it to drain and stop."""
        self.process.send_signal(signal.SIGTERM)

    def memory(self) -> int:
        """How many bytes of memory it holds."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def events(self, name: str) -> list[dict[str, Any]]:
        """The log events of one name that it has written so far."""
        lines = self.log.read_bytes().split(b"\n")[:-1]
        events = [orjson.loads(line) for line in lines if line.startswith(b'{"timestamp"')]
        return [event for event in events if event["event"] == name]


@contextmanager
def running_node(
    folder: Path, *, environment: dict[str, str] | None = None, **settings: Any
) -> Iterator[RunningNode]:
    """Run a node on this test's database and Redis, with these settings changed."""
    port = ports.free_port()
    log = folder / f"node-{port}.log"
    variables = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **(environment or {}),
    }
    command = [sys.executable, "-c", _NODE, json.dumps(settings), str(port)]
    node = RunningNode(processes.spawn(command, log=log, env=variables), log, port)
    try:
        assert wait_until(lambda: _is_ready(node), seconds=60, pause=0.05), log.read_text()
        yield node
    finally:
        processes.stop(node.process, grace_seconds=60)


def _is_ready(node: RunningNode) -> bool:
    assert node.process.poll() is None, node.log.read_text()
    with suppress(OSError), urllib.request.urlopen(f"{node.url}/health/ready") as answer:
        return bool(answer.status == 200)
    return False


class Phone:
    """A client of one connection: says commands, and keeps all that it is told."""

    def __init__(
        self, node: RunningNode, *, is_binary: bool = False, headers: dict[str, str] | None = None
    ) -> None:
        self.codec: Any = PROTOBUF if is_binary else JSON
        self.is_binary = is_binary
        self.told: list[dict[str, Any]] = []
        self._number = 0
        self._open = ExitStack()
        self.socket: ClientConnection = self._open.enter_context(
            connect(
                node.ws_url,
                subprotocols=[Subprotocol("centrifuge-protobuf")] if is_binary else None,
                additional_headers=headers,
                compression=None,
                max_size=None,
                ping_interval=None,
                proxy=None,
                close_timeout=1,
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def sign_in(self, token: str, **params: Any) -> dict[str, Any]:
        """Connect by a token; return the result."""
        result: dict[str, Any] = self.ask("connect", token=token, **params)["connect"]
        return result

    def follow(self, channel: str, **params: Any) -> int:
        """Subscribe to a channel; return the offset at which it stands."""
        joined: dict[str, Any] = self.ask("subscribe", channel=channel, **params)["subscribe"]
        return int(joined.get("offset", 0))

    def ask(self, command: str, **params: Any) -> dict[str, Any]:
        """Say a command and return the reply to it."""
        self._number += 1
        self.say({"id": self._number, command: params})
        return self._reply(self._number)

    def say(self, command: dict[str, Any]) -> None:
        """Say a command and wait for nothing."""
        if self.is_binary:
            written = from_mapping("Command", command).SerializeToString()
            assert len(written) < 16384
            size = len(written)
            prefix = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
            self.socket.send(prefix + written)
        else:
            self.socket.send(orjson.dumps(command).decode())

    def offsets(self, channel: str, *, until: int) -> list[int]:
        """Read on until that offset has come; return all offsets of a channel, as they came."""
        while not (found := self.heard(channel)) or found[-1][0] < until:
            self._read()
        return [offset for offset, _ in found]

    def heard(self, channel: str) -> list[tuple[int, Any]]:
        """Return offset and data of each publication heard so far."""
        return [
            (push["pub"]["offset"], push["pub"]["data"])
            for push in self._pushes(channel)
            if "pub" in push
        ]

    def wait_for(self, what: str, channel: str) -> dict[str, Any]:
        """Read on until such a push comes; return and forget it."""
        while True:
            for reply in self.told:
                push = reply.get("push", {})
                if what in push and push.get("channel", "") == channel:
                    self.told.remove(reply)
                    found: dict[str, Any] = push[what]
                    return found
            self._read()

    def closed(self) -> tuple[int, str]:
        """Read on until the connection is closed; return code and reason."""
        with suppress(ConnectionClosed):
            while True:
                self._read()
        return self.socket.close_code or 0, self.socket.close_reason or ""

    def stay(self, seconds: float) -> None:
        """Say nothing for so long, but for the answers to pings."""
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            with suppress(TimeoutError):
                self._read(within=left)

    def cut(self) -> None:
        """Cut the line, as a tunnel does: no goodbye."""
        self.socket.socket.shutdown(socket.SHUT_RDWR)

    def _pushes(self, channel: str) -> list[dict[str, Any]]:
        pushes = [reply["push"] for reply in self.told if "push" in reply]
        return [push for push in pushes if push.get("channel") == channel]

    def _reply(self, number: int) -> dict[str, Any]:
        while True:
            for reply in self.told:
                if reply.get("id") == number:
                    self.told.remove(reply)
                    return reply
            self._read()

    def _read(self, *, within: float = IN_TIME) -> None:
        frame = self.socket.recv(timeout=within)
        for reply in _replies(frame):
            if reply:
                self.told.append(reply)
            else:
                self.say({})


def _replies(frame: str | bytes) -> list[dict[str, Any]]:
    if isinstance(frame, str):
        return [orjson.loads(line) for line in frame.split("\n")]
    found, place = [], 0
    while place < len(frame):
        length = shift = 0
        while frame[place] & 128:
            length |= (frame[place] & 127) << shift
            place, shift = place + 1, shift + 7
        length |= frame[place] << shift
        part = frame[place + 1 : place + 1 + length]
        found.append(_parsed(as_mapping(message_class("Reply").FromString(part))))
        place += 1 + length
    return found


def _parsed(value: Any) -> Any:
    """Parse the JSON within, so that both codecs tell the same."""
    if isinstance(value, dict):
        return {name: _parsed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_parsed(each) for each in value]
    return orjson.loads(value) if isinstance(value, bytes) else value


def token_of(user: User) -> str:
    """Return an access token of a new session."""
    return sign_in_as(user.pk).access_token


def asked(url: str, **headers: str) -> tuple[int, bytes]:
    """Ask for a page; return status and body."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=IN_TIME) as line:
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        head = [f"GET {place.path}?{place.query} HTTP/1.1", "Host: x", "Connection: close", *lines]
        line.sendall("\r\n".join([*head, "", ""]).encode("latin-1"))
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head_bytes, _, body = answer.partition(b"\r\n\r\n")
    return int(head_bytes.split()[1]), body
