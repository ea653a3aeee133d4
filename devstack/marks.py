"""Names a process so surely that a later process with the same pid is not mistaken for it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessMark:
    """A pid together with the moment its process started."""

    pid: int
    started: str

    def is_alive(self) -> bool:
        """Tell whether this very process still runs."""
        return mark_of(self.pid) == self


def mark_of(pid: int) -> ProcessMark | None:
    """Return the mark of a running process; None if there is none or it is a zombie."""
    started = _started_by_proc(pid) if Path("/proc/self/stat").exists() else _started_by_ps(pid)
    return ProcessMark(pid, started) if started else None


def _started_by_proc(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return None
    # The program's name may hold spaces and brackets; the fields after its last bracket do not.
    fields = stat.rpartition(")")[2].split()
    state, ticks_since_boot = fields[0], fields[19]
    return None if state in "ZX" else f"{boot}:{ticks_since_boot}"


def _started_by_ps(pid: int) -> str | None:
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    state, _, started = shown.partition(" ")
    return None if state.startswith("Z") else started.strip() or None


def remember(mark: ProcessMark, file: Path) -> None:
    """Write a mark where the next run finds it."""
    file.write_text(json.dumps(asdict(mark)), encoding="utf-8")


def recall(file: Path) -> ProcessMark | None:
    """Read a mark back; None if there is none that can be read."""
    try:
        return ProcessMark(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
