"""`make lint`: runs every check, shows which failed, and fails if any did."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass

from devstack import paths, surroundings
from devstack.terminal import say


@dataclass(frozen=True, slots=True)
class Check:
    """One command and what to do when it fails."""

    title: str
    command: tuple[str, ...]
    cure: str


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(paths.PYTHON), "-m", name, *arguments)


def _manage(*arguments: str) -> tuple[str, ...]:
    return (str(paths.PYTHON), "manage.py", *arguments)


CHECKS = (
    Check("style", _module("ruff", "check", "."), "make format mends most of it"),
    Check("format", _module("ruff", "format", "--check", "."), "make format"),
    Check("types", _module("mypy", "."), "mend the types; an ignore needs its code and a reason"),
    Check("floors and doors", (str(paths.VENV / "bin" / "lint-imports"),), "move the name"),
    Check("system checks", _manage("check"), "each message names its cure"),
    Check(
        "migrations",
        _manage("makemigrations", "--check", "--dry-run"),
        "python manage.py makemigrations",
    ),
    Check("generated pages", _manage("docs", "--check"), "make docs"),
)


def _passes(check: Check) -> bool:
    started = time.monotonic()
    result = subprocess.run(
        check.command,
        cwd=paths.ROOT,
        env=surroundings.without_servers(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = result.returncode == 0
    say(f"{'ok    ' if passed else 'FAILED'} {check.title} ({time.monotonic() - started:.1f} s)")
    if not passed:
        say(result.stdout.rstrip())
        say(f"       cure: {check.cure}")
    return passed


def main() -> int:
    """Run every check; 1 if any failed."""
    failed = [check.title for check in CHECKS if not _passes(check)]
    if failed:
        say(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
