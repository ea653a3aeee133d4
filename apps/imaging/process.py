"""One process that decodes, seen from outside: started, asked, ended."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import apps
from apps.imaging.limits import MOST_USES
from apps.imaging.wire import ChannelClosed, Message, receive, send

_ROOT = Path(next(iter(apps.__path__))).parent
_START_SECONDS = 30.0
# Without secrets; with one arena, for every further one takes 64 MB of the address space, and with
# what a large picture took given back after it.
_ENVIRONMENT = {
    "PYTHONPATH": str(_ROOT),
    "LC_ALL": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": "16777216",
}


class CannotStart(Exception):
    """No process that decodes can be started on this machine at this moment."""


class Ended(Exception):
    """The process ended instead of answering; ``returncode`` as of `subprocess`."""

    def __init__(self, returncode: int) -> None:
        super().__init__(f"returncode {returncode}")
        self.returncode = returncode

    @property
    def was_idle(self) -> bool:
        """Tell whether it went home, for nobody had asked it for long."""
        return self.returncode == 0

    @property
    def used_up_its_time(self) -> bool:
        """Tell whether the kernel ended it for what it computed."""
        return self.returncode == -signal.SIGXCPU


class Process:
    """A running process; asked by one thread at a time."""

    def __init__(self) -> None:
        """Start it; raises CannotStart."""
        self._channel, theirs = socket.socketpair()
        self._uses = 0
        with theirs:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "apps.imaging.sandbox"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=_ENVIRONMENT,
                start_new_session=True,
            )
        try:
            receive(self._channel, until=time.monotonic() + _START_SECONDS)
        except (ChannelClosed, TimeoutError) as problem:
            raise CannotStart(f"returncode {self.end()}") from problem

    @property
    def pid(self) -> int:
        """Its id."""
        return self._popen.pid

    @property
    def is_worn(self) -> bool:
        """Tell whether it has worked enough and should be replaced."""
        return self._uses >= MOST_USES

    def ask(self, request: Message, *, until: float) -> Message:
        """Return its answer; raises Ended, and TimeoutError after ``until`` (`time.monotonic`).

        After an error it must be ended.
        """
        self._uses += 1
        try:
            send(self._channel, request, until=until)
            return receive(self._channel, until=until)
        except ChannelClosed:
            raise Ended(self.end()) from None

    def end(self) -> int:
        """Kill it if it lives, and return how it ended."""
        self._channel.close()
        try:
            # Who closed the channel is about to end by itself, and says why by its code.
            self._popen.wait(timeout=5.0)
        except subprocess.TimeoutExpired:
            self._popen.kill()
        return self._popen.wait()

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._popen.kill()
        self.end()

    def abandon(self) -> None:
        """Forget it in a forked child: it belongs to the parent."""
        self._channel.close()
        self._popen.returncode = 0
