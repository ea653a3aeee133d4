"""A process that waits for its supervisor to die, then ends the programs it left behind.

The supervisor holds the other end of our standard input. However it dies, the kernel closes
that end. Linux also signals the supervisor's direct children, but nobody tells theirs.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping

from devstack import leftovers, paths


def attach(env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a lifeline for this process; close its `stdin` to end it."""
    return subprocess.Popen(
        [sys.executable, "-m", "devstack.lifeline", env[leftovers.RUN_VARIABLE]],
        stdin=subprocess.PIPE,
        cwd=paths.ROOT,
        # Without the run's sign: it must not find itself.
        env={name: value for name, value in env.items() if name != leftovers.RUN_VARIABLE},
        start_new_session=True,
    )


def main() -> None:
    """Wait for the end of standard input, then end what carries the run's sign."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    while os.read(sys.stdin.fileno(), 1024):
        pass
    leftovers.end_all(leftovers.carriers_of(sys.argv[1]))


if __name__ == "__main__":
    main()
