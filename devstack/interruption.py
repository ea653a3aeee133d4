"""Remembers that somebody asked us to stop, so that we stop at a good moment."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType

from devstack import waiting

REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):
    """Somebody asked us to stop while we were waiting."""


class Interruption:
    """Set by Ctrl-C, SIGTERM or a closed terminal; raised only where it is asked for.

    An exception out of a signal handler could lose a child between its start and its noting.
    """

    def __init__(self) -> None:
        self.is_requested = False

    def listen(self) -> None:
        """Take the signals over."""
        for request in REQUESTS:
            signal.signal(request, self._note)

    def wait_until(self, condition: Callable[[], bool], *, seconds: float) -> bool:
        """Return True as soon as the condition holds and False after the time.

        Raises Interrupted when a stop was or is requested.
        """
        holds = waiting.wait_until(
            lambda: self.is_requested or condition(), seconds=seconds, pause=0.05
        )
        if self.is_requested:
            raise Interrupted
        return holds

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.is_requested = True
