"""Real second processes on the test's own database, driven line by line."""

import os
import subprocess
import sys
from urllib.parse import quote

from django.db import connection

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

    def kill(self) -> None:
        """End it as ``kill -9`` does, and wait until it is gone."""
        self._process.kill()
        self._process.wait()

    def __del__(self) -> None:
        self._process.kill()
        self._process.communicate()


def python_on_the_same_database(script: str) -> OtherProcess:
    """Start a process that runs the script, which may ``say()`` lines, on this test's database."""
    return OtherProcess(script)


def database_url() -> str:
    """Return the URL of the database this test uses."""
    user, password, host, port, name = (
        quote(str(connection.settings_dict[part]), safe="")
        for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    )
    return f"postgresql://{user}:{password}@{host}:{port}/{name}"
