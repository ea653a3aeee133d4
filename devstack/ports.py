"""Finds free TCP ports on the loopback interface, each for one process that asks.

Between finding a port and listening on it a server takes its time to start; two stacks that start
at once would find the same one. So who is given a port claims it for as long as it lives.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from pathlib import Path

LOOPBACK = "127.0.0.1"
_claims: dict[int, int] = {}


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        # Servers set it too: connections of the last run in TIME_WAIT do not stop them.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port(preferred: int | None = None) -> int:
    """Return the preferred port if it is free, else one the system chooses; it is ours then."""
    if preferred and _claim(preferred) and is_free(preferred):
        return preferred
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port: int = probe.getsockname()[1]
        if _claim(port):
            return port


def _claim(port: int) -> bool:
    """Hold a port among all processes of this user; the kernel lets go of it with ours."""
    if port in _claims:
        return True
    folder = Path(tempfile.gettempdir()) / f"mainstay-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    claim = os.open(folder / str(port), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(claim)
        return False
    _claims[port] = claim
    return True
