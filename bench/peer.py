"""What a peer is: something that answers the same questions and can be put under load."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.cells import Cell, Request
from bench.cores import pinned
from bench.plan import Plan
from bench.rows import Table
from bench.stores import Stores
from devstack import ports, processes
from devstack.program import Program
from devstack.waiting import wait_until

START_SECONDS = 60.0

Requests = Mapping[Cell, Sequence[Request]]


class PeerUnavailable(Exception):
    """A peer could not be installed or started; the message says why, in one sentence."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What every peer finds: the plan, the stores, a folder for all, the measured core."""

    plan: Plan
    stores: Stores
    table: Table
    folder: Path
    core: int


@dataclass(frozen=True, kw_only=True)
class Running:
    """A peer that answers."""

    program: Program
    requests: Requests

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self.program.port is not None
        return self.program.port

    @property
    def pid(self) -> int:
        """Its process, under which all others of it are."""
        assert self.program.pid is not None
        return self.program.pid


class Peer(Protocol):
    """One system under measurement."""

    @property
    def name(self) -> str:
        """How the tables call it."""

    @property
    def about(self) -> str:
        """What it is made of, in one line."""

    def install(self) -> None:
        """Fetch what it needs into the bench's folder; raises PeerUnavailable."""

    def running(self) -> AbstractContextManager[Running]:
        """Make its data, start it, and stop it at the end; raises PeerUnavailable."""


@contextmanager
def served(
    name: str, command: Sequence[str], *, env: Mapping[str, str], setting: Setting, port: int
) -> Iterator[Program]:
    """Run a server on the measured core for as long as the block lasts."""
    program = Program(
        name, pinned(setting.core, command), env=surroundings(env), dev=setting.folder, port=port
    )
    program.start()
    try:
        yield program
    finally:
        program.stop()


def surroundings(more: Mapping[str, str]) -> dict[str, str]:
    """Return our own environment and more, without what would change how servers run."""
    unwanted = {"PYTHONDONTWRITEBYTECODE", "DATABASE_URL", "REDIS_URL", "ENVIRONMENT"}
    return {name: value for name, value in os.environ.items() if name not in unwanted} | {**more}


def wait_until_it_answers(program: Program, request: Request) -> None:
    """Return when the server answers as expected; raises PeerUnavailable, with its last words."""
    answer = (0, b"")

    def answers() -> bool:
        nonlocal answer
        if program.port is not None and not program.has_ended:
            answer = ask(program.port, request)
        return program.has_ended or answer[0] == request.status

    wait_until(answers, seconds=START_SECONDS, pause=0.05)
    if program.has_ended or answer[0] != request.status:
        said = processes.last_lines(program.log, 3).strip()
        raise PeerUnavailable(f"It did not start ({request.path} gave {answer[0]}): {said}")


def refuse_wrong_answers(running: Running) -> None:
    """Ask each question once; raises PeerUnavailable where the answer is not the one meant."""
    for cell, requests in running.requests.items():
        request = requests[0]
        status, body = ask(running.port, request)
        if status != request.status or body.count(request.shows.encode()) < request.times:
            said = body[:200].decode(errors="replace")
            raise PeerUnavailable(f"{cell.value} was answered with {status}: {said}")


def ask(port: int, request: Request) -> tuple[int, bytes]:
    """Return the status and body of an answer; status 0 when nobody answers."""
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=10)
    try:
        body = request.body.encode() or None
        connection.request(request.method, request.path, body, dict(request.headers))
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def etag_of(port: int, request: Request) -> str:
    """Return the ETag of an answer, or nothing where it has none."""
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=10)
    try:
        connection.request(request.method, request.path, headers=dict(request.headers))
        response = connection.getresponse()
        response.read()
        return response.headers.get("ETag", "")
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()
