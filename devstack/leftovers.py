"""Stops what a supervisor left behind that was killed before it could stop anything."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterable
from pathlib import Path

from devstack import marks, processes
from devstack.marks import ProcessMark
from devstack.waiting import wait_until

# In the environment of every program and of all that it starts.
RUN_VARIABLE = "DEVSTACK_RUN"
GRACE_SECONDS = 5.0


def new_run(dev: Path) -> str:
    """Return an id for this run and write down that it is the current one."""
    run = secrets.token_hex(8)
    _run_file(dev).write_text(run, encoding="utf-8")
    return run


def stop_leftovers(dev: Path) -> int:
    """Stop the programs of an earlier run below `dev`, and their children; return how many.

    Embedded servers are not among them: each finds its own leftover when it starts.
    """
    found = set(carriers_of(_last_run(dev)))
    for file in (dev / "marks").glob("*.json"):
        mark = marks.recall(file)
        if mark is not None and mark.is_alive():
            found.add(mark)
        file.unlink(missing_ok=True)
    end_all(found)
    return len(found)


def carriers_of(run: str | None) -> list[ProcessMark]:
    """Return the processes that were started, directly or not, by a run; not ourselves.

    Where there is no /proc (macOS), the marks of the programs have to do.
    """
    if not run:
        return []
    sign = f"\0{RUN_VARIABLE}={run}\0".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            carries = sign in b"\0" + (folder / "environ").read_bytes() + b"\0"
        except OSError:
            continue
        mark = marks.mark_of(int(folder.name)) if carries else None
        if mark is not None and mark.pid != os.getpid():
            found.append(mark)
    return found


def end_all(found: Iterable[ProcessMark]) -> None:
    """Ask processes to end, and kill those that are still there after a grace."""
    found = list(found)
    for mark in found:
        processes.signal_marked(mark, signal.SIGTERM)
    wait_until(lambda: not any(mark.is_alive() for mark in found), seconds=GRACE_SECONDS)
    for mark in found:
        processes.signal_marked(mark, signal.SIGKILL)


def _last_run(dev: Path) -> str | None:
    try:
        return _run_file(dev).read_text(encoding="utf-8")
    except OSError:
        return None


def _run_file(dev: Path) -> Path:
    return dev / "run-id"
