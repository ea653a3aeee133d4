"""A peer that does not answer as meant is not measured."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.cells import Cell, Request
from bench.peer import (
    PeerUnavailable,
    Running,
    etag_of,
    refuse_wrong_answers,
    surroundings,
    wait_until_it_answers,
)
from devstack import ports
from devstack.program import Program

FILES = Request(path="/", shows="greeting.txt")


def _program(folder: Path, *words: str) -> Program:
    port = ports.free_port()
    command = [word.format(port=port, folder=folder) for word in words]
    return Program("peer", command, env=surroundings({}), dev=folder / "dev", port=port)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Program]:
    """A server of files, started and stopped."""
    (tmp_path / "greeting.txt").write_text("hello")
    words = ("-m", "http.server", "{port}", "--bind", ports.LOOPBACK, "--directory", "{folder}")
    program = _program(tmp_path, sys.executable, *words)
    program.start()
    yield program
    program.stop()


def test_peer_that_answers_as_meant_is_measured(server: Program) -> None:
    wait_until_it_answers(server, FILES)

    refuse_wrong_answers(Running(program=server, requests={Cell.LIST: [FILES]}))


@pytest.mark.parametrize(
    "wrong",
    [
        Request(path="/", shows="greeting.txt", times=20),
        Request(path="/absent"),
        Request(path="/", status=201),
    ],
)
def test_wrong_answer_is_refused(server: Program, wrong: Request) -> None:
    wait_until_it_answers(server, FILES)

    with pytest.raises(PeerUnavailable, match="get one was answered with"):
        refuse_wrong_answers(Running(program=server, requests={Cell.GET: [wrong]}))


def test_answer_without_a_version_has_no_etag(server: Program) -> None:
    wait_until_it_answers(server, FILES)

    assert etag_of(server.port or 0, FILES) == ""


def test_peer_that_ends_at_once_is_unavailable_with_its_last_words(tmp_path: Path) -> None:
    program = _program(tmp_path, sys.executable, "-c", "print('no disk'); raise SystemExit(1)")
    program.start()

    with pytest.raises(PeerUnavailable, match="no disk"):
        wait_until_it_answers(program, FILES)

    program.stop()
