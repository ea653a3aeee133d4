"""Real second processes on the test's own database, driven line by line."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote
from weakref import WeakSet

from django.db import connection

from devstack.waiting import wait_until

# What the script says goes to us; whatever else is printed, logs above all, to standard error.
_PREAMBLE = """
import os
_said = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
def say(what):
    print(what, file=_said)
import django; django.setup()
"""


class OtherProcess:
    """A Python process that runs a script under our settings; killed with its object."""

    _alive: ClassVar["WeakSet[OtherProcess]"] = WeakSet()

    def __init__(self, script: str) -> None:
        self._process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-u", "-c", _PREAMBLE + script],
            env={
                **os.environ,
                "DATABASE_URL": database_url(),
                "DJANGO_SETTINGS_MODULE": "config.settings",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._alive.add(self)

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def line(self) -> str:
        """Return the next line that the script says; raises EOFError if it ended without one."""
        assert self._process.stdout is not None
        line: str = self._process.stdout.readline()
        if not line:
            raise EOFError("The other process ended; its errors are on standard error.")
        return line.rstrip("\n")

    def freeze(self) -> None:
        """Let it do nothing any more, whatever reaches it."""
        self._process.send_signal(signal.SIGSTOP)
        assert wait_until(lambda: is_stopped(self._process.pid), seconds=30)

    def kill(self) -> None:
        """End it as ``kill -9`` does, and wait until it is gone."""
        self._process.kill()
        self._process.wait()

    @classmethod
    def kill_all(cls) -> None:
        """End those that are left: what a failed test knew is kept, to be told of."""
        for process in list(cls._alive):
            process.kill()

    def __del__(self) -> None:
        self._process.kill()
        self._process.communicate()


def python_on_the_same_database(script: str) -> OtherProcess:
    """Start a process that runs the script, which may ``say()`` lines, on this test's database."""
    return OtherProcess(script)


def is_stopped(pid: int) -> bool:
    """Tell whether a process has come to a stop, or to its end, some time after it was told to."""
    with suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state == "T"
    return True


def database_url() -> str:
    """Return the URL of the database this test uses."""
    user, password, host, port, name = (
        quote(str(connection.settings_dict[part]), safe="")
        for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    )
    return f"postgresql://{user}:{password}@{host}:{port}/{name}"
