"""The one place of `devstack` that writes to the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(line: str = "") -> None:
    """Show one line at once, also when the output is a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def complain(message: str) -> None:
    """Show what is wrong on the error stream."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show that something begins and, unless it raises, how many seconds it took."""
    say(f"{title} ...")
    started = time.monotonic()
    yield
    say(f"  done ({time.monotonic() - started:.1f} s)")
