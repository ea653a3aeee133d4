"""A fresh copy of this checkout, in which `make run` is started and stopped for real."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from config.env import variables
from devstack import paths, readiness
from devstack.waiting import wait_until

READY_SECONDS = 300.0
GONE_SECONDS = 180.0
# So many that each of two workers has been asked.
QUESTIONS = 20


class Clone:
    """Starts the stack in a folder of its own and knows every process that belongs to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder.with_name("output")
        self.make: subprocess.Popen[bytes] | None = None
        self._copy_files()

    def _copy_files(self) -> None:
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=paths.ROOT, capture_output=True, check=True).stdout
        for name in filter(None, names.decode().split("\0")):
            source, target = paths.ROOT / name, self.folder / name
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)

    def start(self, *words: str, **variables: str) -> None:
        """Call `make run` without waiting for it."""
        with self.output.open("wb") as output:
            self.make = subprocess.Popen(
                ["make", "run", *words],
                cwd=self.folder,
                env=self.environment(**variables),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def environment(self, **more: str) -> Mapping[str, str]:
        """Return our environment without what the tests' servers and our own make put there."""
        # Words that this make was called with (ARGS) are not for a make in the clone.
        made = {"MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL", "ARGS"}
        ours = {*variables(), *made, "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV"}
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        # A machine busy with tests is no reason to count limits without Redis.
        return {"REDIS_PATIENCE": "20", **kept, **more}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the clone to its end."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def ready(self) -> dict[str, Any]:
        """Return what the stack says of itself once it is ready, starting it if need be."""
        if self.make is None or self.make.poll() is not None:
            self.start()
        assert wait_until(self._is_ready, seconds=READY_SECONDS, pause=0.1), self.said()
        return self.stack()

    def stack(self) -> dict[str, Any]:
        """Read `.dev/stack.json`."""
        content: dict[str, Any] = json.loads(self._stack_file.read_text())
        return content

    def said(self) -> str:
        """Return what `make run` has shown so far."""
        return self.output.read_text()

    def wait_for_end(self) -> int:
        """Wait until `make run` returns and return its exit status."""
        assert self.make is not None
        return self.make.wait(timeout=GONE_SECONDS)

    def press_ctrl_c(self) -> None:
        """Send what a terminal sends: SIGINT to the whole foreground group."""
        assert self.make is not None
        os.killpg(self.make.pid, signal.SIGINT)

    def processes(self) -> dict[int, str]:
        """Return every process that works in the clone or was started with its path."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                place = (folder / "cwd").readlink()
            except OSError:
                continue
            if command and (self.folder in (place, *place.parents) or str(self.folder) in command):
                found[int(folder.name)] = command
        return found

    def is_answering(self) -> bool:
        """Tell whether all web workers are or become ready, within a grace."""
        port = self.stack()["processes"]["web"]["port"]

        def are_ready() -> bool:
            return all(readiness.answer_of(port)[0] == 200 for _ in range(QUESTIONS))

        return wait_until(are_ready, seconds=GONE_SECONDS, pause=0.1)

    def is_gone(self) -> bool:
        """Tell whether nothing of the stack runs any more, within a grace."""
        return wait_until(lambda: not self.processes(), seconds=GONE_SECONDS, pause=0.1)

    def stop(self) -> None:
        """Stop the stack if it runs."""
        if self.make is not None and self.make.poll() is None:
            self.press_ctrl_c()
            self.wait_for_end()

    @property
    def _stack_file(self) -> Path:
        return self.folder / ".dev" / "stack.json"

    def _is_ready(self) -> bool:
        assert self.make is not None
        assert self.make.poll() is None, self.said()
        return "Ready: " in self.said() and self._stack_file.exists()


@pytest.fixture(scope="session")
def shared_clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """A fresh clone with its stack running, for all tests that use it as people would."""
    made = Clone(tmp_path_factory.mktemp("shared") / "mainstay")
    try:
        made.ready()
        yield made
    finally:
        made.stop()
