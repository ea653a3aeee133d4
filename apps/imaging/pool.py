"""The pool: a few processes that decode, started when needed, and a waiting line with an end."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from apps.imaging import metrics
from apps.imaging.errors import ImagingBusy, PictureTooCostly
from apps.imaging.process import CannotStart, Ended, Process
from apps.imaging.types import PoolState
from apps.imaging.wire import Message

log = structlog.get_logger("imaging")

# More than a picture may compute: a machine has other things to do.
ANSWER_SECONDS = 90.0
LINE_SECONDS = 10.0
# So many callers wait for each process; the next one is sent away at once.
LINE_PER_PROCESS = 8
RETRY_AFTER_SECONDS = 2
# A process may have been killed for the sake of others; a picture that ends two is to blame.
_TRIES = 2


class Pool:
    """Hands each request to a free process, of those to the one that worked last.

    Any number of threads may ask; what dies is replaced.
    """

    def __init__(
        self, processes: int, *, line: int | None = None, line_seconds: float = LINE_SECONDS
    ) -> None:
        """Hold up to so many processes, and let so many callers wait so long for one."""
        self._processes = processes
        self._line = processes * LINE_PER_PROCESS if line is None else line
        self._line_seconds = line_seconds
        self._changed = threading.Condition()
        self._idle: list[Process] = []
        self._asked: set[Process] = set()
        self._busy = 0
        self._waiting = 0
        self._restarts: Counter[str] = Counter()

    def ask(self, request: Message, *, seconds: float = ANSWER_SECONDS) -> Message:
        """Return the answer.

        Raises ImagingBusy where all work and enough wait, where no process can be started, or none
        answers within ``seconds``; PictureTooCostly where the request ends the processes it meets.
        """
        with self._turn():
            tries = 0
            while tries < _TRIES:
                try:
                    return self._asking(request, until=time.monotonic() + seconds)
                except Ended as end:
                    tries += _TRIES if end.used_up_its_time else not end.was_idle
                    self._note(end)
        raise PictureTooCostly("The picture takes more memory or time than one picture may.")

    def state(self) -> PoolState:
        """How the processes fare at this moment."""
        with self._changed:
            return PoolState(
                processes=len(self._idle) + len(self._asked),
                busy=self._busy,
                waiting=self._waiting,
                restarts=dict(self._restarts),
            )

    def close(self) -> None:
        """End all processes; those that work as well."""
        with self._changed:
            ending = [*self._idle, *self._asked]
            self._idle = []
        for process in ending:
            process.kill()

    def abandon(self) -> None:
        """Forget all processes in a forked child: they answer the parent."""
        for process in [*self._idle, *self._asked]:
            process.abandon()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until one of the processes is free, and hold its place."""
        with self._changed:
            if self._busy >= self._processes:
                self._wait_in_line()
            self._busy += 1
        metrics.BUSY.inc()
        try:
            yield
        finally:
            metrics.BUSY.dec()
            with self._changed:
                self._busy -= 1
                self._changed.notify()

    def _wait_in_line(self) -> None:
        if self._waiting >= self._line:
            raise busy("Too many pictures wait already.")
        self._waiting += 1
        try:
            if not self._changed.wait_for(
                lambda: self._busy < self._processes, timeout=self._line_seconds
            ):
                raise busy("Every process had other pictures to draw for too long.")
        finally:
            self._waiting -= 1

    def _asking(self, request: Message, *, until: float) -> Message:
        process = self._taken()
        is_well = False
        try:
            answer = process.ask(request, until=until)
            is_well = not process.is_worn
        except TimeoutError as problem:
            self._count("silent")
            raise busy("No answer came in time.") from problem
        finally:
            self._give_back(process, is_well=is_well)
        return answer

    def _taken(self) -> Process:
        with self._changed:
            process = self._idle.pop() if self._idle else None
            if process:
                self._asked.add(process)
                return process
        try:
            process = Process()
        except (CannotStart, OSError) as problem:
            log.exception("imaging.cannot_start")
            raise busy("No process can be started.") from problem
        with self._changed:
            self._asked.add(process)
        return process

    def _give_back(self, process: Process, *, is_well: bool) -> None:
        with self._changed:
            self._asked.discard(process)
            if is_well:
                self._idle.append(process)
        if not is_well:
            if process.is_worn:
                self._count("worn")
            process.kill()

    def _note(self, end: Ended) -> None:
        if end.was_idle:
            self._count("idle")
            return
        self._count("cpu" if end.used_up_its_time else "died")
        log.warning("imaging.process_ended", returncode=end.returncode)

    def _count(self, reason: str) -> None:
        metrics.RESTARTS.labels(reason).inc()
        with self._changed:
            self._restarts[reason] += 1


def busy(detail: str) -> ImagingBusy:
    """Return the error that says when to come back."""
    return ImagingBusy(detail, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
