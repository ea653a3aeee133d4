"""A mark tells a process from a later one with the same pid."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from devstack import marks
from devstack.marks import mark_of
from devstack.waiting import wait_until


def test_running_process_is_recognised() -> None:
    mark = mark_of(os.getpid())

    assert mark is not None
    assert mark.is_alive()


def test_process_that_started_at_another_time_is_another_process() -> None:
    mark = mark_of(os.getpid())

    assert mark is not None
    assert not replace(mark, started="earlier").is_alive()


def test_process_that_ended_has_no_mark_even_before_it_is_collected() -> None:
    child = subprocess.Popen([sys.executable, "-S", "-c", ""])

    assert wait_until(lambda: mark_of(child.pid) is None, seconds=30)
    child.wait()


def test_mark_is_read_back_from_its_file(tmp_path: Path) -> None:
    mark = mark_of(os.getpid())
    assert mark is not None

    marks.remember(mark, tmp_path / "mark.json")

    assert marks.recall(tmp_path / "mark.json") == mark


def test_damaged_file_holds_no_mark(tmp_path: Path) -> None:
    file = tmp_path / "mark.json"
    for content in ("", "{", "[]", '{"pid": 1}'):
        file.write_text(content)

        assert marks.recall(file) is None
