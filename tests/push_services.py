"""The bundled push services for tests: in a thread, or as a process that can be killed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from devstack import paths
from devstack.push.listening import in_thread
from devstack.push.services import PushServices
from devstack.waiting import wait_until


@pytest.fixture(scope="session")
def _shared_push_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushServices]:
    with in_thread(PushServices(tmp_path_factory.mktemp("push"))) as services:
        yield services


@pytest.fixture
def push_services(_shared_push_services: PushServices) -> Iterator[PushServices]:
    """FCM, APNs and Web Push on loopback, healthy and with an empty journal.

    ``accounts()`` tells their keys. A test that signs to APNs anew takes a team of its own:
    ``consoles.new_key("TEAM…")``, for a team may do so once in 20 minutes.
    """
    yield _shared_push_services
    _shared_push_services.forget()


@dataclass(frozen=True)
class PushProcess:
    """The services in a process of their own, which survives nothing and shares no lock."""

    folder: Path
    process: subprocess.Popen[str]
    url: str
    apns_host: str

    @property
    def ca_file(self) -> Path:
        """The authority to trust for APNs."""
        return self.folder / "ca.pem"

    def accounts(self) -> list[dict[str, Any]]:
        """Return how to reach each service, keys included."""
        told: list[dict[str, Any]] = json.loads((self.folder / "accounts.json").read_text())
        return told


@contextmanager
def push_process(folder: Path) -> Iterator[PushProcess]:
    """Run the services in a process of their own, within the block."""
    command = [sys.executable, "-m", "devstack.push", "--folder", str(folder)]
    with subprocess.Popen(command, cwd=paths.ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, "The push services ended; their errors are on standard error."
            url, _, host = line.removeprefix("Push services: ").strip().partition(", APNs at ")
            yield PushProcess(folder, process, url, host)
        finally:
            process.terminate()
            wait_until(lambda: process.poll() is not None, seconds=60)
            process.kill()
