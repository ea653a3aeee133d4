"""Talks to a running supervisor: `python -m devstack.control status|stop|kill|start|restart`.

One request and one answer per connection, each a line of JSON, over a Unix socket.
"""

from __future__ import annotations

import argparse
import json
import select
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from devstack import paths, stack_file
from devstack.server import ServerDidNotStart
from devstack.supervisor import Supervisor
from devstack.terminal import complain, say

# The kernel's limit is 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 100
REQUEST_SECONDS = 1.0
ANSWER_SECONDS = 60.0
ACTIONS = ("status", "start", "stop", "kill", "restart")


class NoStackRuns(Exception):
    """There is no supervisor to talk to."""


class ControlSocket:
    """The supervisor's ear; `serve` runs in its loop, so requests never run beside it."""

    def __init__(self, dev: Path, supervisor: Supervisor) -> None:
        self._dev = dev
        self._supervisor = supervisor
        self.path = _short_path(dev)
        self.path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(self.path))
        self.path.chmod(0o600)
        self._socket.listen()

    def serve(self, *, seconds: float) -> None:
        """Answer one request if one comes within this time."""
        ready, _, _ = select.select([self._socket], [], [], seconds)
        if not ready:
            return
        connection, _ = self._socket.accept()
        with connection:
            connection.settimeout(REQUEST_SECONDS)
            try:
                request = _receive(connection)
                connection.sendall(_line(self._answer(request)))
            except (OSError, ValueError):
                return  # whoever asked went away or spoke nonsense; the stack goes on

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
        self.path.unlink(missing_ok=True)
        if self.path.parent != self._dev:
            self.path.parent.rmdir()

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        action, name = request.get("action"), str(request.get("name"))
        try:
            if action != "status":
                self._act(str(action), name)
        except KeyError:
            names = ", ".join(part.name for part in self._supervisor.parts)
            return {"error": f"No part of the stack is called {name}; there are {names}."}
        except (OSError, ServerDidNotStart) as failure:
            return {"error": str(failure)}
        return {"processes": {part.name: part.pid for part in self._supervisor.parts}}

    def _act(self, action: str, name: str) -> None:
        if action not in ACTIONS:
            raise ValueError(action)
        if action != "start":
            self._supervisor.stop(name, kill=action == "kill")
        if action in {"start", "restart"}:
            self._supervisor.start(name)


def ask(action: str, name: str | None = None, *, dev: Path = paths.DEV) -> dict[str, Any]:
    """Send one request and return the answer; raises NoStackRuns."""
    running = stack_file.of_running_stack(dev)
    if running is None:
        raise NoStackRuns(f"No stack runs in {dev.parent}. Start one with: make run")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.connect(running["control_socket"])
        connection.sendall(_line({"action": action, "name": name}))
        return _receive(connection)


def _short_path(dev: Path) -> Path:
    path = dev / "control.sock"
    if len(str(path)) <= LONGEST_SOCKET_PATH:
        return path
    return Path(tempfile.mkdtemp(prefix="mainstay-")) / "control.sock"


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode() + b"\n"


def _receive(connection: socket.socket) -> dict[str, Any]:
    with connection.makefile("rb") as lines:
        content = json.loads(lines.readline())
    if not isinstance(content, dict):
        raise ValueError(f"expected a JSON object, not {content!r}")  # noqa: TRY004 - as bad JSON
    return content


def main() -> int:
    """Send what the command line says; 1 if it could not be done."""
    parser = argparse.ArgumentParser(prog="devstack.control", description=__doc__)
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument(
        "name", nargs="?", help="web, realtime, dispatcher, worker, beat, redis, postgres"
    )
    arguments = parser.parse_args()
    if arguments.action != "status" and arguments.name is None:
        parser.error(f"{arguments.action} needs the name of a part")
    try:
        answer = ask(arguments.action, arguments.name)
    except (NoStackRuns, OSError) as failure:
        complain(str(failure))
        return 1
    if "error" in answer:
        complain(answer["error"])
        return 1
    for name, pid in answer["processes"].items():
        say(f"{name:<12} {f'runs (pid {pid})' if pid else 'stopped'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
