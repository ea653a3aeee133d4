"""`.dev/stack.json`, in which the journey, the bench and any script find the running stack."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devstack.supervisor import Part


class AlreadyRuns(Exception):
    """Another supervisor runs in this clone."""


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)


def write(path: Path, facts: Mapping[str, Any], parts: Iterable[Part]) -> None:
    """Write the facts about the stack and where each of its parts is now."""
    processes = {part.name: _describe(part) for part in parts}
    content = {**facts, "supervisor_pid": os.getpid(), "processes": processes}
    write_private(path, json.dumps(content, indent=2) + "\n")


def read(path: Path) -> dict[str, Any] | None:
    """Return what the file says, or None if there is none that can be read."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content


def of_running_stack(dev: Path) -> dict[str, Any] | None:
    """Return what the file says if a supervisor stands behind it, else None."""
    try:
        with only_supervisor(dev):
            return None
    except AlreadyRuns:
        return read(dev / "stack.json")


@contextmanager
def only_supervisor(dev: Path) -> Iterator[None]:
    """Hold the clone's lock, which the kernel lets go however we end; raises AlreadyRuns."""
    dev.mkdir(exist_ok=True)
    with (dev / "supervisor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRuns from None
        yield


def _describe(part: Part) -> dict[str, Any]:
    place = {"port": part.port} if part.port else {}
    return {"pid": part.pid, **place, "log": str(part.log)}
