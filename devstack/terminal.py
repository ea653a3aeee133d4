"""The one place of `devstack` that writes to the terminal."""

from __future__ import annotations

import sys


def say(line: str = "") -> None:
    """Show one line at once, also when the output is a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def complain(message: str) -> None:
    """Show what is wrong on the error stream."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
