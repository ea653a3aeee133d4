"""`make lock`: compiles the pinned requirement files from pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from devstack import paths
from devstack.terminal import say

UV = "uv==0.13.9"

# One version of each package for all Pythons: what is tested on one is what runs on the others.
COMPILE = (
    "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
    "--fork-strategy", "fewest", "--generate-hashes", "--no-emit-index-url",
    "--custom-compile-command", "make lock",
)  # fmt: skip

SOURCES = {
    "bootstrap": (),
    "runtime": ("pyproject.toml", "--group", "stack"),
    "dev": ("pyproject.toml", "--group", "stack", "--group", "dev"),
}


def compile_all(extra: Sequence[str]) -> None:
    """Write every requirements file; raises CalledProcessError when one cannot be resolved."""
    uv = str(paths.VENV / "bin" / "uv")
    for name, sources in SOURCES.items():
        say(f"Compiling requirements/{name}.txt ...")
        subprocess.run(
            [uv, *COMPILE, *extra, "--output-file", f"requirements/{name}.txt", *(sources or "-")],
            cwd=paths.ROOT,
            input=None if sources else UV,
            text=True,
            check=True,
        )


if __name__ == "__main__":
    try:
        compile_all(sys.argv[1:])
    except subprocess.CalledProcessError as failure:
        sys.exit(failure.returncode)
