"""What an earlier run left behind is found by its sign and its marks, and nothing else is."""

import os
import subprocess
from pathlib import Path

import pytest

from devstack import leftovers, marks
from devstack.marks import ProcessMark, mark_of
from devstack.processes import has_ended
from devstack.waiting import wait_until
from tests.devstack.conftest import MakeProgram
from tests.devstack.toys import FAMILY, SLEEPER


@pytest.fixture
def stranger() -> subprocess.Popen[bytes]:
    return subprocess.Popen(SLEEPER)


def test_marked_program_is_stopped(program: MakeProgram, dev: Path) -> None:
    toy = program()
    toy.start()

    assert leftovers.stop_leftovers(dev) == 1
    assert toy.has_ended


def test_children_of_a_dead_program_are_stopped(program: MakeProgram, dev: Path) -> None:
    run = leftovers.new_run(dev)
    parent = program("parent", FAMILY, **{leftovers.RUN_VARIABLE: run})
    parent.start()
    wait_until(lambda: parent.log.read_text().endswith("\n"), seconds=30)
    child = mark_of(int(parent.log.read_text()))
    assert child is not None
    assert parent.pid is not None
    os.kill(parent.pid, 9)
    wait_until(lambda: parent.has_ended, seconds=30)
    assert child.is_alive()

    leftovers.stop_leftovers(dev)

    assert not child.is_alive()


def test_stranger_with_a_remembered_pid_lives_on(
    stranger: subprocess.Popen[bytes], dev: Path
) -> None:
    (dev / "marks").mkdir()
    marks.remember(ProcessMark(stranger.pid, "another time"), dev / "marks" / "worker.json")

    assert leftovers.stop_leftovers(dev) == 0
    assert not has_ended(stranger)
    stranger.kill()
    stranger.wait()


def test_process_of_another_run_lives_on(program: MakeProgram, dev: Path, tmp_path: Path) -> None:
    other_run = leftovers.new_run(tmp_path)
    leftovers.new_run(dev)
    toy = program(**{leftovers.RUN_VARIABLE: other_run})
    toy.start()
    toy.mark_file.unlink()

    assert leftovers.stop_leftovers(dev) == 0
    assert not toy.has_ended


def test_first_run_of_a_clone_finds_nothing(dev: Path) -> None:
    assert leftovers.stop_leftovers(dev) == 0
