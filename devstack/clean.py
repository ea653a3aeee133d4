"""`make clean`: removes everything the commands made; stdlib only, run by the system's Python."""

from __future__ import annotations

import shutil
import sys

from devstack import leftovers, paths, stack_file
from devstack.terminal import complain, say

MADE = (
    ".venv",
    ".dev",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".import_linter_cache",
    ".hypothesis",
)


def main() -> int:
    """Remove what was made; 1, and nothing removed, while a stack runs."""
    try:
        with stack_file.only_supervisor(paths.DEV):
            leftovers.stop_leftovers(paths.DEV)
            for name in MADE:
                shutil.rmtree(paths.ROOT / name, ignore_errors=True)
    except stack_file.AlreadyRuns:
        complain("A stack runs in this clone; stop it with Ctrl-C first.")
        return 1
    say(f"Removed {', '.join(MADE)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
