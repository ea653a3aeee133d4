"""What the embedded PostgreSQL and Redis share: a port, a process, a start and an end."""

from __future__ import annotations

import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from devstack import marks, ports, processes
from devstack.privileges import Account
from devstack.secret_file import SecretFile
from devstack.waiting import wait_until

START_SECONDS = 60.0
PORT_ATTEMPTS = 5


class ServerDidNotStart(Exception):
    """A server ended or stayed silent; the message holds the end of its log."""


class EmbeddedServer(ABC):
    """One server below `data_dir`, our direct child, listening on loopback only."""

    name: ClassVar[str]
    stop_grace_seconds: ClassVar[float] = 20.0

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool,
        secrets: SecretFile | None = None,
        log: Path | None = None,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.durable = durable
        self.log = log or self.data_dir / "server.log"
        self.port = 0
        self.account = Account()
        secrets = secrets or SecretFile(self.data_dir.parent / "secrets.json")
        self.exit_status: int | None = None
        self.password = secrets.get(f"{self.name}_password")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process and not self.has_ended else None

    @property
    def has_ended(self) -> bool:
        """Whether there is no running server, be it stopped, crashed or never started."""
        return self._process is None or processes.has_ended(self._process)

    @property
    @abstractmethod
    def url(self) -> str:
        """The address clients use, password included."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make the data directory ready for a server."""

    @abstractmethod
    def _spawn(self) -> subprocess.Popen[bytes]:
        """Start the server on `self.port`."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Tell whether the server answers."""

    @property
    def _stop_signals(self) -> Sequence[signal.Signals]:
        return (signal.SIGTERM,)

    def start(self) -> str:
        """Start the server, wait until it answers and return its URL.

        Stops what an earlier run left behind in `data_dir`. Raises ServerDidNotStart.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._stop_leftover()
        self._prepare()
        self.port = ports.free_port(self._remembered_port())
        for _ in range(PORT_ATTEMPTS):
            if self._launch():
                self._port_file.write_text(str(self.port), encoding="utf-8")
                return self.url
            if ports.is_free(self.port):
                break  # it did not fail because somebody took the port
            self.port = ports.free_port()
        raise ServerDidNotStart(
            f"The embedded {self.name} did not start in {self.data_dir}. The end of its log:\n"
            f"{processes.last_lines(self.log)}"
        )

    def stop(self) -> None:
        """Stop the server and return when it has ended; harmless when it does not run."""
        if self._process is None:
            return
        for request in self._stop_signals[:-1]:
            if not self.has_ended:
                self._process.send_signal(request)
                wait_until(lambda: self.has_ended, seconds=self.stop_grace_seconds)
        self.exit_status = processes.stop(
            self._process, ask=self._stop_signals[-1], grace_seconds=self.stop_grace_seconds
        )
        self._process = None
        self._mark_file.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _launch(self) -> bool:
        self._process = self._spawn()
        mark = marks.mark_of(self._process.pid)
        if mark is not None:
            marks.remember(mark, self._mark_file)
        wait_until(lambda: self.has_ended or self._is_ready(), seconds=START_SECONDS)
        if not self.has_ended and self._is_ready():
            return True
        self.stop()
        return False

    def _stop_leftover(self) -> None:
        mark = marks.recall(self._mark_file)
        if mark is not None:
            processes.stop_leftover(
                mark, ask=self._stop_signals[0], grace_seconds=self.stop_grace_seconds
            )

    def _remembered_port(self) -> int | None:
        try:
            return int(self._port_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    @property
    def _mark_file(self) -> Path:
        return self.data_dir / "process.json"

    @property
    def _port_file(self) -> Path:
        return self.data_dir / "port"
