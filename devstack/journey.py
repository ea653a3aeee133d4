"""`make journey`: runs the journey against the stack that runs in this clone."""

from __future__ import annotations

import subprocess
import sys

from devstack import paths, stack_file
from devstack.terminal import complain


def main() -> int:
    """Run `manage.py journey`; 1 if no stack runs, else its exit status."""
    if stack_file.of_running_stack(paths.DEV) is None:
        complain("No stack runs in this clone. Start one in another terminal with: make run")
        return 1
    return subprocess.run(
        [str(paths.PYTHON), "manage.py", "journey", *sys.argv[1:]], cwd=paths.ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
