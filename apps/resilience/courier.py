"""Couriers: carry parcels on the process's event loop, many at once, and hand back what came.

A courier asks no database and decides nothing; what came of each parcel goes into a queue for the
thread that claimed it and will record it.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Coroutine, Hashable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import sleep
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from apps.resilience.outbound_loop import run_outbound

P = TypeVar("P")
R = TypeVar("R")


@dataclass
class _Line(Generic[P]):
    """What waits for one receiver, and how many carry it there."""

    waiting: deque[P] = field(default_factory=deque)
    carriers: int = 0


class Courier(ABC, Generic[P, R]):
    """Carries what it is given and hands back replies; None for what it did not send.

    Parcels wait in lines, of each of which a few are carried at once: what is slow to take them
    holds up nobody else. Used by one thread, which leaves by the context's end: what is under way
    then is broken off.
    """

    def __init__(self) -> None:
        self._done: SimpleQueue[tuple[P, R | None]] = SimpleQueue()
        self._lines: dict[Hashable, _Line[P]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False
        # How many it was given and has not handed back.
        self.held = 0

    @abstractmethod
    def line_of(self, parcel: P) -> tuple[Hashable, int]:
        """Return the line that a parcel waits in, and how many of that line go at once.

        As the other two, on the event loop; raises nothing.
        """

    def pause_before(self, parcel: P) -> float:
        """Return for how many seconds a parcel may not join its line yet."""
        del parcel
        return 0.0

    @abstractmethod
    async def carry(self, parcel: P) -> R | None:
        """Return what came of a parcel, or None to leave it; raises nothing but CancelledError.

        Where it raised, the drain would wait for a reply for ever.
        """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Only where the drain broke off; what is cancelled falls due again with its lease.
        run_outbound(self._abandon()).result(timeout=5)

    def send(self, parcels: Sequence[P]) -> None:
        """Begin to send; returns at once."""
        self.held += len(parcels)
        if parcels:
            run_outbound(self._accept(parcels))

    def close(self) -> None:
        """Begin nothing more: what still waits for its turn comes back unsent."""
        self._is_closing = True

    def collect(
        self, *, wait_seconds: float, gather_seconds: float, most: int
    ) -> list[tuple[P, R | None]]:
        """Return what is done: waits for the first, then gathers a little, up to ``most``."""
        try:
            done = [self._done.get(timeout=wait_seconds)]
        except Empty:
            return []
        # Asleep, not waiting for each: two threads that wake each other spend their time on that.
        sleep(0 if self.held == 1 else gather_seconds)
        while len(done) < most:
            try:
                done.append(self._done.get_nowait())
            except Empty:
                break
        self.held -= len(done)
        return done

    async def _accept(self, parcels: Sequence[P]) -> None:
        for parcel in parcels:
            pause = self.pause_before(parcel)
            if pause > 0:
                self._start(self._line_up_after(pause, parcel))
            else:
                self._line_up(parcel)

    async def _line_up_after(self, pause: float, parcel: P) -> None:
        await asyncio.sleep(pause)
        self._line_up(parcel)

    def _line_up(self, parcel: P) -> None:
        name, most_at_once = self.line_of(parcel)
        line = self._lines.get(name)
        if line is None:
            line = self._lines[name] = _Line()
        line.waiting.append(parcel)
        if line.carriers < most_at_once:
            line.carriers += 1
            self._start(self._carry_all(line))

    async def _carry_all(self, line: _Line[P]) -> None:
        """Carry what waits in a line, one after the other; a task for each would cost more."""
        while line.waiting:
            parcel = line.waiting.popleft()
            self._done.put((parcel, None if self._is_closing else await self.carry(parcel)))
        line.carriers -= 1

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _abandon(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
