"""The supervisor restarts what crashes, not what was stopped, and ends all in good order."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from devstack import supervisor as supervising
from devstack.program import Program
from devstack.redis import EmbeddedRedis
from devstack.supervisor import Supervisor
from devstack.waiting import wait_until
from tests.devstack.conftest import MakeProgram


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(supervising, "FIRST_PAUSE_SECONDS", 0.1)
    made = Supervisor()
    yield made
    made.stop_all()


def _is_restarted(supervisor: Supervisor, name: str, old_pid: int | None) -> bool:
    def look() -> bool:
        supervisor.look_after()
        return supervisor.part(name).pid not in {None, old_pid}

    return wait_until(look, seconds=30)


def _wait_for_crashes(supervisor: Supervisor, name: str, count: int) -> None:
    def look() -> bool:
        supervisor.look_after()
        return supervisor.crashes_of(name) >= count

    assert wait_until(look, seconds=30)


def test_killed_program_is_restarted_and_it_is_said(
    supervisor: Supervisor, program: MakeProgram, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.add(program("worker"))
    pid = supervisor.part("worker").pid
    assert pid is not None

    os.kill(pid, signal.SIGKILL)

    assert _is_restarted(supervisor, "worker", pid)
    said = capsys.readouterr().out
    assert "worker was killed by SIGKILL" in said
    assert "worker runs again" in said


def test_killed_server_is_restarted_at_its_address(supervisor: Supervisor, dev: Path) -> None:
    redis = EmbeddedRedis(dev / "redis", durable=False)
    supervisor.add(redis)
    url, pid = redis.url, redis.pid
    assert pid is not None

    os.kill(pid, signal.SIGKILL)

    assert _is_restarted(supervisor, "redis", pid)
    assert redis.url == url


def test_program_that_was_stopped_on_purpose_stays_stopped(
    supervisor: Supervisor, program: MakeProgram
) -> None:
    supervisor.add(program("worker"))

    supervisor.stop("worker")
    supervisor.look_after()

    assert supervisor.part("worker").pid is None


def test_stopped_program_is_started_again_on_request(
    supervisor: Supervisor, program: MakeProgram
) -> None:
    supervisor.add(program("worker"))
    supervisor.stop("worker", kill=True)

    supervisor.start("worker")

    assert supervisor.part("worker").pid is not None


def test_starting_a_running_program_changes_nothing(
    supervisor: Supervisor, program: MakeProgram
) -> None:
    supervisor.add(program("worker"))
    pid = supervisor.part("worker").pid

    supervisor.start("worker")

    assert supervisor.part("worker").pid == pid


def test_pause_grows_with_every_crash(
    supervisor: Supervisor, program: MakeProgram, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.add(program("crasher", ["false"]))

    _wait_for_crashes(supervisor, "crasher", 3)

    pauses = [line.split(" s (")[0].rpartition(" ")[2] for line in _crash_lines(capsys)]
    assert pauses == ["0.1", "0.2", "0.4"]


def test_program_that_cannot_be_started_again_is_tried_later(
    supervisor: Supervisor, program: MakeProgram
) -> None:
    toy = program("worker")
    supervisor.add(toy)
    good_command, toy.command = toy.command, ["/no/such/program"]
    assert toy.pid is not None

    os.kill(toy.pid, signal.SIGKILL)
    _wait_for_crashes(supervisor, "worker", 2)
    toy.command = good_command

    assert _is_restarted(supervisor, "worker", None)


def test_programs_end_before_the_servers_they_use(
    supervisor: Supervisor, program: MakeProgram, dev: Path
) -> None:
    ended: list[str] = []

    class WatchedProgram(Program):
        @override
        def stop(self, *, grace_seconds: float = 0) -> None:
            super().stop(grace_seconds=grace_seconds)
            ended.append(self.name)

    class WatchedRedis(EmbeddedRedis):
        @override
        def stop(self) -> None:
            super().stop()
            ended.append(self.name)

    toy = program()
    supervisor.add(WatchedRedis(dev / "redis", durable=False))
    for name in ("web", "worker"):
        supervisor.add(WatchedProgram(name, toy.command, env=toy.env, dev=dev))

    supervisor.stop_all()

    assert ended == ["worker", "web", "redis"]
    assert all(part.pid is None for part in supervisor.parts)


def test_every_change_is_reported(program: MakeProgram) -> None:
    changes: list[str] = []
    supervisor = Supervisor(on_change=lambda: changes.append("changed"))

    supervisor.add(program("worker"))
    supervisor.stop("worker")

    assert len(changes) == 2


def _crash_lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line for line in capsys.readouterr().out.splitlines() if "starting it again" in line]
