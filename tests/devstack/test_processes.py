"""Child processes do not outlive us, and strangers are never touched."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from devstack import processes
from devstack.marks import ProcessMark, mark_of
from devstack.waiting import wait_until
from tests.devstack.toys import DEAF, FAMILY, SLEEPER

PARENT = """
import sys, time
from pathlib import Path
from devstack import processes
child = processes.spawn(["sleep", "60"], log=Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(60)
"""


def _mark(pid: int) -> ProcessMark:
    mark = mark_of(pid)
    assert mark is not None
    return mark


def _says_something(log: Path) -> bool:
    return log.exists() and log.read_text().endswith("\n")


def test_child_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = _mark(int(parent.stdout.readline()))

    parent.kill()
    parent.communicate()

    assert wait_until(lambda: not child.is_alive(), seconds=30)


def test_stopping_a_child_ends_its_children_too(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = processes.spawn(FAMILY, log=log)
    wait_until(lambda: _says_something(log), seconds=30)
    grandchild = _mark(int(log.read_text()))

    processes.stop(child)

    assert wait_until(lambda: not grandchild.is_alive(), seconds=30)


def test_child_that_ignores_the_request_is_killed_after_the_grace(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = processes.spawn(DEAF, log=log)
    wait_until(lambda: _says_something(log), seconds=30)

    status = processes.stop(child, grace_seconds=0.1)

    assert status == -signal.SIGKILL


def test_exit_status_of_a_child_that_ended_by_itself_is_kept(tmp_path: Path) -> None:
    child = processes.spawn(["sh", "-c", "exit 3"], log=tmp_path / "log")
    wait_until(lambda: processes.has_ended(child), seconds=30)

    assert processes.stop(child) == 3


def test_leftover_is_stopped() -> None:
    leftover = subprocess.Popen(SLEEPER)

    assert processes.stop_leftover(_mark(leftover.pid))
    assert leftover.wait() == -signal.SIGTERM


def test_stranger_with_the_pid_of_a_leftover_is_not_touched() -> None:
    stranger = subprocess.Popen(SLEEPER)
    leftover = replace(_mark(stranger.pid), started="before the stranger")

    assert not processes.stop_leftover(leftover)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_end_of_a_log_is_shown_indented(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\n" for number in range(20)))

    assert processes.last_lines(log, count=2) == "    line 18\n    line 19"


def test_missing_log_is_named_instead_of_failing(tmp_path: Path) -> None:
    assert str(tmp_path / "none") in processes.last_lines(tmp_path / "none")


def test_child_leads_a_session_of_its_own_so_that_ctrl_c_passes_it_by(tmp_path: Path) -> None:
    child = processes.spawn(SLEEPER, log=tmp_path / "log")

    assert os.getsid(child.pid) == child.pid
    processes.stop(child)
