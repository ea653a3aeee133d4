"""The house's real processes, on the servers of a test."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from devstack import paths, ports, processes
from devstack.waiting import wait_until
from tests.processes import database_url

START_SECONDS = 100.0
STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Running:
    """A process of the house, and what it has written."""

    process: subprocess.Popen[bytes]
    log: Path
    base_url: str = ""

    def events(self, name: str = "") -> list[dict[str, Any]]:
        """The log events it has written so far, all or those of one name."""
        # The last line may still be on its way.
        lines = self.log.read_bytes().split(b"\n")[:-1]
        events = [orjson.loads(line) for line in lines if line.startswith(b'{"timestamp"')]
        return [event for event in events if not name or event["event"] == name]

    def has_written(self, text: bytes) -> bool:
        """Tell whether its log holds the text."""
        return text in self.log.read_bytes()


@contextmanager
def web(
    log: Path,
    *,
    workers: int = 1,
    threads: int = 2,
    port: int = 0,
    application: str = "config.wsgi:application",
    **variables: str,
) -> Iterator[Running]:
    """Run granian on this test's database, as production does."""
    port = port or ports.free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", ports.LOOPBACK),
        *("--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads)),
        *("--log-config", str(paths.ROOT / "deploy" / "granian-logs.json")),
        application,
    ]
    base_url = f"http://{ports.LOOPBACK}:{port}"
    with _running(command, log, variables, base_url) as running:
        wait_until(lambda: _is_alive(running), seconds=START_SECONDS)
        # A worker that is told to stop while it starts does not hear of it.
        for number in range(1, workers + 1):
            started = f"Started worker-{number}".encode()
            wait_until(partial(running.has_written, started), seconds=START_SECONDS)
        yield running


@contextmanager
def celery_worker(log: Path, *, tasks: str = "", **variables: str) -> Iterator[Running]:
    """Run a Celery worker on this test's database; ``tasks`` names a further module of tasks."""
    command = [
        *(sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker"),
        *("--concurrency", "1", "--loglevel", "INFO"),
        *(("--include", tasks) if tasks else ()),
    ]
    with _running(command, log, variables) as running:
        wait_until(lambda: running.has_written(b" ready."), seconds=START_SECONDS)
        yield running


@contextmanager
def dispatcher(log: Path, **variables: str) -> Iterator[Running]:
    """Run every consumer of the event log; what it finds when it starts, it reads."""
    command = [sys.executable, str(paths.ROOT / "manage.py"), "events", "dispatch"]
    with _running(command, log, variables) as running:
        yield running


@contextmanager
def _running(
    command: list[str], log: Path, variables: dict[str, str], base_url: str = ""
) -> Iterator[Running]:
    environment = {**os.environ, "DATABASE_URL": database_url(), **variables}
    process = processes.spawn(command, log=log, env=environment)
    try:
        yield Running(process, log, base_url)
    finally:
        processes.stop(process, grace_seconds=STOP_SECONDS)


def _is_alive(running: Running) -> bool:
    if running.process.poll() is not None:
        raise AssertionError(running.log.read_text())
    with suppress(OSError), urllib.request.urlopen(f"{running.base_url}/health/live") as answer:
        return bool(answer.status == 200)
    return False
