"""Starts child processes that do not outlive us and stops them with everything they started."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from devstack.marks import ProcessMark
from devstack.privileges import Account
from devstack.waiting import wait_until

PR_SET_PDEATHSIG = 1
KILLED_GRACE_SECONDS = 5.0

# Bound before any fork: looking a function up between fork and exec may need a held lock.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, writing to `log`.

    On Linux the child gets `death_signal` when the calling thread's process dies, so call this
    from the main thread. A terminal's Ctrl-C reaches only us: we choose the order of the end.
    """
    account = account or Account()
    with log.open("ab") as output:
        return subprocess.Popen(
            [*account.prefix, *command],
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            # Safe beside threads: the child only makes two system calls before it runs.
            preexec_fn=_die_with(os.getpid(), death_signal),  # noqa: PLW1509
            user=account.uid,
            group=account.gid,
            extra_groups=None if account.gid is None else [],
        )


def _die_with(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    def ask_kernel() -> None:
        # Runs after setuid, which would clear the request.
        if _prctl is not None:
            _prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)  # the parent died between fork and here

    return ask_kernel


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Tell whether a child has ended, without collecting it: its pid stays reserved."""
    if process.returncode is not None:
        return True
    if sys.platform != "linux":
        return process.poll() is not None
    ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    return ended is not None


def stop(
    process: subprocess.Popen[bytes],
    *,
    ask: signal.Signals = signal.SIGTERM,
    grace_seconds: float = 10.0,
) -> int:
    """Ask a child to end, kill it when the grace is over, and return its exit status."""
    if not has_ended(process):
        process.send_signal(ask)
        wait_until(lambda: has_ended(process), seconds=grace_seconds)
    return collect(process)


def collect(process: subprocess.Popen[bytes]) -> int:
    """Kill what is left of a child and its session, then return its exit status."""
    if process.returncode is None:
        # Before wait(), the child's pid and so its group's number cannot belong to a stranger.
        kill_group(process.pid)
    return process.wait()


def kill_group(group: int) -> None:
    """Kill every process of a group; silent when there is none."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def stop_leftover(
    mark: ProcessMark, *, ask: signal.Signals = signal.SIGTERM, grace_seconds: float = 10.0
) -> bool:
    """Stop a process of an earlier run; False, and nothing touched, if it is not that process."""
    for request, seconds in ((ask, grace_seconds), (signal.SIGKILL, KILLED_GRACE_SECONDS)):
        if not signal_marked(mark, request):
            return request is not ask
        wait_until(lambda: not mark.is_alive(), seconds=seconds)
    return True


def signal_marked(mark: ProcessMark, request: signal.Signals) -> bool:
    """Send a signal to the process of this mark; False if it is gone or not ours to signal."""
    if not mark.is_alive():
        return False
    try:
        os.kill(mark.pid, request)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def last_lines(log: Path, count: int = 15) -> str:
    """Return the end of a log, indented, for an error message."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return f"    (no log at {log})"
    return "\n".join(f"    {line}" for line in lines[-count:]) or "    (the log is empty)"
