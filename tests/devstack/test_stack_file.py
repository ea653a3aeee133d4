"""The file in which scripts find the running stack is whole, private and never stale."""

import json
import os
from pathlib import Path

import pytest

from devstack import stack_file
from devstack.stack_file import AlreadyRuns, only_supervisor
from tests.devstack.conftest import MakeProgram


def test_file_says_where_each_part_is(program: MakeProgram, dev: Path) -> None:
    toy = program("worker")
    toy.start()

    stack_file.write(dev / "stack.json", {"base_url": "http://127.0.0.1:8000"}, [toy])

    assert json.loads((dev / "stack.json").read_text()) == {
        "base_url": "http://127.0.0.1:8000",
        "supervisor_pid": os.getpid(),
        "processes": {"worker": {"pid": toy.pid, "log": str(toy.log)}},
    }


def test_file_with_secrets_is_private_from_its_first_moment(dev: Path) -> None:
    stack_file.write_private(dev / "stack.json", "{}")

    assert (dev / "stack.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in dev.iterdir()] == ["stack.json"]


def test_second_supervisor_is_refused(dev: Path) -> None:
    with only_supervisor(dev), pytest.raises(AlreadyRuns), only_supervisor(dev):
        pass


def test_file_of_a_dead_supervisor_is_not_believed(dev: Path) -> None:
    stack_file.write(dev / "stack.json", {"base_url": "http://gone"}, [])

    assert stack_file.of_running_stack(dev) is None


def test_file_of_a_living_supervisor_is_read(dev: Path) -> None:
    stack_file.write(dev / "stack.json", {"base_url": "http://here"}, [])

    with only_supervisor(dev):
        running = stack_file.of_running_stack(dev)

    assert running is not None
    assert running["base_url"] == "http://here"
