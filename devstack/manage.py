"""Runs a `manage.py` command that reads settings but uses no server."""

from __future__ import annotations

import subprocess
import sys

from devstack import paths, surroundings


def main() -> int:
    """Run `manage.py` with the words given; its exit status is ours."""
    return subprocess.run(
        [str(paths.PYTHON), "manage.py", *sys.argv[1:]],
        cwd=paths.ROOT,
        env=surroundings.without_servers(),
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
