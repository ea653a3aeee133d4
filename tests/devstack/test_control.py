"""A running supervisor is told what to do over a Unix socket."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devstack import control, stack_file
from devstack.control import ControlSocket, NoStackRuns
from devstack.supervisor import Supervisor
from tests.devstack.conftest import MakeProgram


@pytest.fixture
def supervisor(program: MakeProgram) -> Iterator[Supervisor]:
    made = Supervisor()
    made.add(program("worker"))
    yield made
    made.stop_all()


@pytest.fixture
def ear(dev: Path, supervisor: Supervisor) -> Iterator[ControlSocket]:
    """A listening control socket, announced in the stack's file."""
    made = ControlSocket(dev, supervisor)
    with stack_file.only_supervisor(dev):
        stack_file.write(dev / "stack.json", {"control_socket": str(made.path)}, supervisor.parts)
        yield made
    made.close()


def _ask(ear: ControlSocket, dev: Path, action: str, name: str | None = None) -> dict[str, Any]:
    """Ask from another thread, since the supervisor answers in its own loop."""
    answers: list[dict[str, Any]] = []
    asking = threading.Thread(target=lambda: answers.append(control.ask(action, name, dev=dev)))
    asking.start()
    ear.serve(seconds=60)
    asking.join()
    return answers[0]


def test_status_names_every_part_and_its_pid(
    ear: ControlSocket, dev: Path, supervisor: Supervisor
) -> None:
    answer = _ask(ear, dev, "status")

    assert answer == {"processes": {"worker": supervisor.part("worker").pid}}


@pytest.mark.parametrize("action", ["stop", "kill"])
def test_stopped_part_stays_stopped_until_it_is_started(
    ear: ControlSocket, dev: Path, supervisor: Supervisor, action: str
) -> None:
    assert _ask(ear, dev, action, "worker") == {"processes": {"worker": None}}
    supervisor.look_after()

    answer = _ask(ear, dev, "start", "worker")

    assert answer["processes"]["worker"] is not None


def test_restarted_part_has_another_pid(
    ear: ControlSocket, dev: Path, supervisor: Supervisor
) -> None:
    old_pid = supervisor.part("worker").pid

    answer = _ask(ear, dev, "restart", "worker")

    assert answer["processes"]["worker"] not in {None, old_pid}


def test_unknown_part_is_answered_with_those_there_are(ear: ControlSocket, dev: Path) -> None:
    assert "there are worker" in _ask(ear, dev, "stop", "wroker")["error"]


@pytest.mark.parametrize("nonsense", [b"", b"\n", b"{\n", b"[]\n", b'{"action": "explode"}\n'])
def test_nonsense_does_not_stop_the_supervisor(
    ear: ControlSocket, dev: Path, supervisor: Supervisor, nonsense: bytes
) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(ear.path))
        connection.sendall(nonsense)
        connection.shutdown(socket.SHUT_WR)
        ear.serve(seconds=60)

    assert _ask(ear, dev, "status")["processes"]["worker"] is not None


def test_socket_of_a_deep_clone_lies_in_a_temporary_folder(
    tmp_path: Path, supervisor: Supervisor
) -> None:
    deep = tmp_path / ("deep" * 25)
    deep.mkdir()

    ear = ControlSocket(deep, supervisor)

    assert len(str(ear.path)) <= control.LONGEST_SOCKET_PATH
    assert ear.path.parent.stat().st_mode & 0o777 == 0o700
    ear.close()
    assert not ear.path.parent.exists()


def test_only_the_owner_may_speak_to_it(ear: ControlSocket) -> None:
    assert ear.path.stat().st_mode & 0o777 == 0o600


def test_without_a_stack_one_is_told_how_to_start_it(dev: Path) -> None:
    (dev / "stack.json").write_text(json.dumps({"control_socket": "/gone"}))

    with pytest.raises(NoStackRuns, match="make run"):
        control.ask("status", dev=dev)
