"""The generated files say what the code says."""

import subprocess
import sys

from config.env import SOURCE_TREE


def test_no_generated_file_is_stale() -> None:
    # A process of its own: tests declare events and errors that the project does not have.
    result = subprocess.run(
        [sys.executable, "manage.py", "docs", "--check"],
        cwd=SOURCE_TREE,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
