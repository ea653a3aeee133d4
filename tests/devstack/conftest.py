"""Toy programs, and folders short enough for a Unix socket."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devstack.program import Program
from tests.devstack.toys import SLEEPER

MakeProgram = Callable[..., Program]


@pytest.fixture
def dev() -> Iterator[Path]:
    """A `.dev` folder of its own that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="dev-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def program(dev: Path) -> Iterator[MakeProgram]:
    """Makes programs that are stopped when the test is over."""
    made: list[Program] = []

    def make(name: str = "toy", command: list[str] | None = None, **env: str) -> Program:
        made.append(Program(name, command or SLEEPER, env={**os.environ, **env}, dev=dev))
        return made[-1]

    yield make
    for one in made:
        one.stop(grace_seconds=0)
