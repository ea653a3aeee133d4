"""Keeps the parts of a stack running: restarts what crashes, stops all in the right order."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from devstack.program import Program
from devstack.server import ServerDidNotStart
from devstack.terminal import say

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0
STEADY_SECONDS = 30.0


class Part(Protocol):
    """What the supervisor needs of a server or a program."""

    @property
    def name(self) -> str:
        """How it is called in commands and messages."""

    @property
    def log(self) -> Path:
        """Where it writes."""

    @property
    def port(self) -> int | None:
        """Where it listens, if it does."""

    @property
    def pid(self) -> int | None:
        """Its process while it runs."""

    @property
    def exit_status(self) -> int | None:
        """How it ended last."""

    @property
    def has_ended(self) -> bool:
        """Whether it does not run."""

    def start(self) -> object:
        """Start it; raises OSError or ServerDidNotStart."""

    def stop(self) -> None:
        """Stop it and wait; harmless when it does not run."""


@dataclass
class Care:
    """One part and how it fared."""

    part: Part
    is_wanted: bool = False
    crashes: int = 0
    started: float = 0.0
    retry_at: float | None = None


class Supervisor:
    """Starts parts in the order given, restarts what ends unasked, stops in reverse order."""

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self._on_change = on_change
        self._cares: dict[str, Care] = {}

    @property
    def parts(self) -> Sequence[Part]:
        """The parts, in the order in which they were started."""
        return [care.part for care in self._cares.values()]

    def part(self, name: str) -> Part:
        """Return the part of this name; raises KeyError."""
        return self._cares[name].part

    def crashes_of(self, name: str) -> int:
        """How often in a row this part ended soon after its start."""
        return self._cares[name].crashes

    def add(self, part: Part) -> None:
        """Start a part and keep it running from now on."""
        self._cares[part.name] = Care(part)
        self.start(part.name)

    def start(self, name: str) -> None:
        """Start a part that was stopped; harmless when it runs. Raises KeyError, OSError."""
        care = self._cares[name]
        care.is_wanted, care.crashes = True, 0
        if care.part.has_ended:
            self._start(care)

    def stop(self, name: str, *, kill: bool = False) -> None:
        """Stop a part, or kill it, and leave it so until `start`. Raises KeyError."""
        care = self._cares[name]
        care.is_wanted, care.retry_at = False, None
        if kill and care.part.pid is not None:
            os.kill(care.part.pid, signal.SIGKILL)
        care.part.stop()
        self._on_change()

    def look_after(self) -> None:
        """Notice crashed parts and restart those whose pause is over; call it often."""
        now = time.monotonic()
        for care in self._cares.values():
            if not care.is_wanted or not care.part.has_ended:
                continue
            if care.retry_at is None:
                self._note_crash(care, now)
            elif now >= care.retry_at:
                self._restart(care)

    def stop_all(self) -> None:
        """Stop the programs together, then the servers they use, last started first."""
        for care in self._cares.values():
            care.is_wanted = False
        programs = [part for part in self.parts if isinstance(part, Program)]
        for program in programs:
            program.ask_to_end()
        servers = [part for part in self.parts if not isinstance(part, Program)]
        _stop_each((*reversed(programs), *reversed(servers)))

    def _start(self, care: Care) -> None:
        care.retry_at = None
        care.started = time.monotonic()
        care.part.start()
        self._on_change()

    def _note_crash(self, care: Care, now: float) -> None:
        care.part.stop()  # collects its exit status and kills what it left behind
        lived_long = now - care.started > STEADY_SECONDS
        care.crashes = 1 if lived_long else care.crashes + 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (care.crashes - 1), LONGEST_PAUSE_SECONDS)
        care.retry_at = now + pause
        say(
            f"{care.part.name} {_ending(care.part.exit_status)}; "
            f"starting it again in {pause:.1f} s (log: {care.part.log})"
        )
        self._on_change()

    def _restart(self, care: Care) -> None:
        try:
            self._start(care)
        except (OSError, ServerDidNotStart) as failure:
            say(str(failure))
            return  # it counts as ended, so the next look is a crash with a longer pause
        say(f"{care.part.name} runs again (pid {care.part.pid})")


def _stop_each(parts: Iterable[Part]) -> None:
    for part in parts:
        part.stop()


def _ending(status: int | None) -> str:
    if status is not None and status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"
