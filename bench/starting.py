"""How long starting takes: `manage.py check`, and `make run` in a fresh copy."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.cores import pinned
from bench.goals import Goal
from bench.house import House
from bench.peer import surroundings
from devstack import paths, processes, programs
from devstack.waiting import wait_until

READY_SECONDS = 180.0
_READY = re.compile(r"^Ready: \S+ \((\d+) s\)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class StartFigures:
    """What starting came to; medians."""

    check_seconds: float
    check_cpu_seconds: float
    worker_mib: float | None
    # None where it was left out, else seconds, or why there are none.
    make_run: float | str | None

    def goals(self) -> Iterator[Goal]:
        """Yield the goals of starting."""
        yield Goal(
            subject="`manage.py check`",
            wording="≤ 1.5 s",
            limit=1.5,
            measured=self.check_seconds,
            unit="s",
            is_ceiling=True,
        )
        yield Goal(
            subject="idle memory of a web worker",
            wording="≤ 150 MiB",
            limit=150,
            measured=self.worker_mib,
            unit="MiB",
            is_ceiling=True,
        )


def check(house: House, *, times: int, core: int) -> tuple[float, float]:
    """Return the seconds and CPU seconds of `manage.py check`; raises ErrandFailed."""
    command = pinned(core, programs.manage("check"))
    house.run("check", command)
    taken = [_timed(house, command) for _ in range(times)]
    return median(wall for wall, _ in taken), median(cpu for _, cpu in taken)


def _timed(house: House, command: list[str]) -> tuple[float, float]:
    began, cpu = time.monotonic(), _cpu_of_children()
    house.run("check", command)
    return time.monotonic() - began, _cpu_of_children() - cpu


def _cpu_of_children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def make_run() -> float | str:
    """Return how many seconds `make run` needs in a copy of the last commit, or what went wrong.

    The copy has nothing but the sources; the caches of the package managers are warm.
    """
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        # PostgreSQL runs as another account and must reach its folder.
        Path(folder).chmod(0o755)
        copy = Path(folder) / "mainstay"
        clone = ["git", "clone", "--quiet", str(paths.ROOT), str(copy)]
        if subprocess.run(clone, check=False, capture_output=True).returncode != 0:
            return "there is no commit to copy"
        return _seconds_until_ready(copy)


def _seconds_until_ready(copy: Path) -> float | str:
    log = copy.parent / "make-run.log"
    began = time.monotonic()
    process = processes.spawn(
        ["make", "--silent", "run"], log=log, env=_environment_of_a_newcomer(), cwd=copy
    )
    try:
        wait_until(
            lambda: bool(_READY.search(_text(log))) or processes.has_ended(process),
            seconds=READY_SECONDS,
            pause=0.05,
        )
        seconds = time.monotonic() - began
        return seconds if _READY.search(_text(log)) else processes.last_lines(log, 3).strip()
    finally:
        # As Ctrl-C does: to make and to what it runs.
        if not processes.has_ended(process):
            os.killpg(process.pid, signal.SIGINT)
            wait_until(lambda: processes.has_ended(process), seconds=30)
        processes.collect(process)


def _environment_of_a_newcomer() -> Mapping[str, str]:
    """Return our environment without what an outer make or the bench has put there."""
    ours = ("MAKE", "MFLAGS", "DEVSTACK_", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in surroundings({}).items() if not name.startswith(ours)}


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
