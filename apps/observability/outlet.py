"""Where log events leave the process: standard output, and a further sink where one is set.

Neither may ever stop the one who logs: what cannot be written is counted and dropped.
"""

import os
import threading
from collections.abc import Mapping
from typing import Any, Protocol

from apps.observability.lines import encoded
from apps.observability.metrics import LOG_EVENTS_LOST

_STANDARD_OUTPUT = 1


class Sink(Protocol):
    """Takes encoded events besides standard output; must neither block nor raise."""

    def offer(self, line: bytes) -> None:
        """Take an event."""

    def close(self) -> None:
        """Pass on what is still kept, within a bounded time."""


class _Outlet:
    """The one way out; made anew in a forked process, where a lock may be held for ever."""

    def __init__(self) -> None:
        self.sink: Sink | None = None
        self.lock = threading.Lock()

    def renew_lock(self) -> None:
        self.lock = threading.Lock()


_outlet = _Outlet()
_lost = LOG_EVENTS_LOST.labels("stdout")
os.register_at_fork(after_in_child=_outlet.renew_lock)


def put(event: Mapping[str, Any]) -> None:
    """Write a cleaned event as one line, and offer it to the further sink."""
    line = encoded(event)
    try:
        with _outlet.lock:
            _write(line)
    except OSError:
        _lost.inc()
    sink = _outlet.sink
    if sink is not None:
        sink.offer(line)


def _write(line: bytes) -> None:
    # Straight to the descriptor: one system call per line, and nothing kept in a buffer that a
    # killed process would take with it.
    written = os.write(_STANDARD_OUTPUT, line)
    while written < len(line):
        line = line[written:]
        written = os.write(_STANDARD_OUTPUT, line)


def use_sink(sink: Sink | None) -> None:
    """Offer every further event to this sink too, instead of the one before."""
    before, _outlet.sink = _outlet.sink, sink
    if before is not None:
        before.close()


def flush() -> None:
    """Let the further sink pass on what it keeps; for a process about to end."""
    if _outlet.sink is not None:
        _outlet.sink.close()
