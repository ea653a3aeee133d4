"""One program of the stack that runs until it is stopped: its command, log and process."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from devstack import marks, paths, processes

GRACE_SECONDS = 10.0


class Program:
    """A child process by name; what `EmbeddedServer` is for the servers."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        dev: Path,
        port: int | None = None,
    ) -> None:
        self.name = name
        self.command = command
        self.env = env
        self.port = port
        self.log = dev / "logs" / f"{name}.log"
        self.mark_file = dev / "marks" / f"{name}.json"
        self.exit_status: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while the program runs."""
        return self._process.pid if self._process and not self.has_ended else None

    @property
    def has_ended(self) -> bool:
        """Whether it does not run, be it stopped, crashed or never started."""
        return self._process is None or processes.has_ended(self._process)

    def start(self) -> None:
        """Start the program; raises OSError when its command cannot be run."""
        for file in (self.log, self.mark_file):
            file.parent.mkdir(parents=True, exist_ok=True)
        self._process = processes.spawn(self.command, log=self.log, env=self.env, cwd=paths.ROOT)
        mark = marks.mark_of(self._process.pid)
        if mark is not None:
            marks.remember(mark, self.mark_file)

    def ask_to_end(self) -> None:
        """Send the request to end, without waiting."""
        if self._process is not None and not self.has_ended:
            self._process.send_signal(signal.SIGTERM)

    def stop(self, *, grace_seconds: float = GRACE_SECONDS) -> None:
        """End the program and all it started, killing what outlives the grace."""
        if self._process is None:
            return
        self.exit_status = processes.stop(self._process, grace_seconds=grace_seconds)
        self._process = None
        self.mark_file.unlink(missing_ok=True)
