"""Makes `.venv` and installs the pinned packages; run by the system's Python, stdlib only.

`python3 -m devstack.bootstrap runtime|dev` does nothing when everything is in place.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from devstack import paths
from devstack.terminal import complain, say, step

STILL_WORKING_SECONDS = 5
PIP_INSTALL = ("install", "--quiet", "--no-compile", "--only-binary=:all:")
LEVELS = ("runtime", "dev")


class BootstrapFailed(Exception):
    """Installing stopped; the message says what to do."""


class Environment:
    """One checkout's virtual environment and the stamp that says what is in it."""

    def __init__(self, venv: Path = paths.VENV, requirements: Path = paths.REQUIREMENTS) -> None:
        self.venv = venv
        self.requirements = requirements
        self.python = venv / "bin" / "python"
        self.stamp = venv / "devstack-stamp.json"

    def ensure(self, level: str) -> None:
        """Bring the environment to at least `level`.

        Raises BootstrapFailed; the next call then starts from an empty environment.
        """
        held = self._held()
        if held.get("base") != self._base():
            self._create()
            held = {}
        # A runtime start must not take the developer's tools away again.
        level = "dev" if held.get("level") == "dev" else level
        if held.get("level") == level and held.get("digest") == self._digest(level):
            return
        self.stamp.unlink(missing_ok=True)
        self._install(level)
        promise = {"base": self._base(), "level": level, "digest": self._digest(level)}
        self.stamp.write_text(json.dumps(promise), encoding="utf-8")

    def _held(self) -> dict[str, str]:
        """Read the stamp; an environment without one was interrupted while it was made."""
        try:
            held: dict[str, str] = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return held if self.python.exists() else {}

    def _base(self) -> str:
        # Scripts in a virtual environment hold its absolute path, so a moved clone starts anew.
        return f"{platform.python_version()} at {self.venv}"

    def _files(self, level: str) -> list[Path]:
        return [self.requirements / "bootstrap.txt", self.requirements / f"{level}.txt"]

    def _digest(self, level: str) -> str:
        digest = hashlib.sha256()
        for file in self._files(level):
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def _create(self) -> None:
        shutil.rmtree(self.venv, ignore_errors=True)
        make = [sys.executable, "-m", "venv", "--without-pip", str(self.venv)]
        _run(make, f"Creating {self.venv.name} for Python {platform.python_version()}")

    def _install(self, level: str) -> None:
        bootstrap, wanted = self._files(level)
        if not (self.venv / "bin" / "uv").exists():
            pip = [*_pip(self.python), *PIP_INSTALL]
            _run([*pip, "--require-hashes", "-r", str(bootstrap)], "Installing uv")
        sync = [str(self.venv / "bin" / "uv"), "pip", "sync", "--quiet", "--require-hashes"]
        files = [str(bootstrap), str(wanted)]
        packages = wanted.read_text(encoding="utf-8").count("==")
        _run(
            [*sync, "--python", str(self.python), *files],
            f"Installing about {packages} packages from {wanted.relative_to(self.venv.parent)}",
        )


def _pip(python: Path) -> list[str]:
    """Return the command of a pip that installs into `python`'s environment.

    Installing pip into the environment first would take longer than everything else together.
    """
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--python", str(python)]
    return [str(python), str(_bundled_pip() / "pip")]


def _bundled_pip() -> Path:
    spec = importlib.util.find_spec("ensurepip")
    folders = [Path("/usr/share/python-wheels")]
    if spec is not None and spec.origin is not None:
        folders.insert(0, Path(spec.origin).parent / "_bundled")
    for folder in folders:
        for wheel in sorted(folder.glob("pip-*.whl")):
            return wheel
    raise BootstrapFailed(
        f"{sys.executable} has neither pip nor ensurepip.\n"
        "On Debian and Ubuntu: apt install python3-venv (or python3-pip), then try again."
    )


def _run(command: Sequence[str], title: str) -> None:
    """Run a command quietly, saying now and then that it is still at work."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "VIRTUAL_ENV": ""}
    with step(title):
        started = time.monotonic()
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        while True:
            try:
                output, _ = process.communicate(timeout=STILL_WORKING_SECONDS)
                break
            except subprocess.TimeoutExpired:
                say(f"  still at work ({time.monotonic() - started:.0f} s)")
        if process.returncode != 0:
            shown = " ".join(command)
            raise BootstrapFailed(f"{title} failed:\n{output}\nThe command was: {shown}")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Let one process at a time install into a checkout."""
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is installing packages here; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Install what the named level needs; 0 when it is there."""
    parser = argparse.ArgumentParser(prog="devstack.bootstrap", description=__doc__)
    parser.add_argument("level", choices=LEVELS)
    level = parser.parse_args().level
    try:
        with _alone(paths.DEV / "bootstrap.lock"):
            Environment().ensure(level)
    except BootstrapFailed as failure:
        complain(str(failure))
        return 1
    except KeyboardInterrupt:
        complain("Interrupted; the next start begins with an empty .venv.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
