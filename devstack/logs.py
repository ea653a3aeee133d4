"""The log files of a run: a fresh one per part, the run before kept beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def make_room(folder: Path) -> None:
    """Move the logs of the last run aside, replacing those of the run before it."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for log in folder.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))


class Follower:
    """Shows what is appended to the logs of a folder, each line with its part's name."""

    def __init__(self, folder: Path, show: Callable[[str], None]) -> None:
        self._folder = folder
        self._show = show
        self._positions: dict[Path, int] = {}

    def follow(self) -> None:
        """Show the lines that were completed since the last call."""
        for log in sorted(self._folder.glob("*.log")):
            with log.open("rb") as file:
                file.seek(self._positions.get(log, 0))
                complete, newline, _ = file.read().rpartition(b"\n")
            self._positions[log] = self._positions.get(log, 0) + len(complete) + len(newline)
            for line in complete.decode(errors="replace").splitlines():
                self._show(f"{log.stem:>10} | {line}")
