"""The watch: looks at every part in the background, so that a probe never waits for one.

Each check has a thread of its own, started with the first question and again after a fork. One
that hangs keeps nobody but itself; what it last found grows old and is then not believed.
"""

import asyncio
import os
import threading
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from importlib import import_module
from time import monotonic

import structlog
from django.db import connections

from apps.health.ports import Check, Probe, checks
from apps.health.types import CheckReport, CheckState

log = structlog.get_logger("health")

# After this long a hanging look gets a successor: what hung may have been the old connection.
_ABANDON_SECONDS = 30.0
_MOST_HANGING = 3
_WELL = frozenset({CheckState.OK, CheckState.UNKNOWN})


@dataclass(frozen=True, kw_only=True)
class _Finding:
    state: CheckState
    seconds: float
    at: float


class WatchedCheck:
    """One check, looked at again and again."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.is_known = threading.Event()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._finding: _Finding | None = None
        self._looking_since: float | None = None

    def start(self) -> None:
        """Begin to look."""
        thread = threading.Thread(
            target=self._keep_looking, name=f"health-{self.check.name}", daemon=True
        )
        self._threads = [*(old for old in self._threads if old.is_alive()), thread]
        thread.start()

    def stop(self) -> None:
        """Ask the threads to end."""
        self._stopping.set()

    def join(self, seconds: float) -> None:
        """Wait for the threads to end."""
        for thread in self._threads:
            thread.join(seconds)

    def report(self) -> CheckReport:
        """Tell how the part is now, without waiting for it."""
        finding, now = self._finding, monotonic()
        state = self._state(now)
        return CheckReport(
            name=self.check.name,
            state=state,
            is_decisive=self.check.is_decisive,
            duration_ms=round(finding.seconds * 1000, 3) if finding else None,
            age_seconds=round(now - finding.at, 3) if finding else None,
            meaning="" if state in _WELL else self.check.meaning,
        )

    def _state(self, now: float) -> CheckState:
        looking_since = self._looking_since
        waited = now - looking_since if looking_since is not None else 0.0
        if waited > _ABANDON_SECONDS:
            self._abandon()
        if waited > self.check.deadline_seconds:
            return CheckState.SILENT
        if self._finding is None:
            return CheckState.UNKNOWN
        longest_age = 3 * self.check.every_seconds + self.check.deadline_seconds
        return self._finding.state if now - self._finding.at < longest_age else CheckState.SILENT

    def _abandon(self) -> None:
        if sum(thread.is_alive() for thread in self._threads) < _MOST_HANGING:
            self._looking_since = None
            self.start()

    def _keep_looking(self) -> None:
        me, probe = threading.current_thread(), None
        try:
            while not self._stopping.is_set() and self._threads[-1] is me:
                probe = self._look(probe)
                self._stopping.wait(self.check.every_seconds)
        finally:
            connections.close_all()

    def _look(self, probe: Probe | None) -> Probe | None:
        """Look once; return the probe for the next time."""
        self._looking_since = started = monotonic()
        failure: Exception | None = None
        try:
            probe = probe or self.check.make()
            _run(probe)
        except Exception as error:  # noqa: BLE001  whatever a check raises, the part is not well
            failure = error
        if self._looking_since == started:
            self._looking_since = None
            self._find(failure, monotonic() - started)
        return probe

    def _find(self, failure: Exception | None, seconds: float) -> None:
        before = self._finding.state if self._finding else CheckState.OK
        state = _state_after(failure)
        self._finding = _Finding(state=state, seconds=seconds, at=monotonic())
        self.is_known.set()
        if failure is not None and state is not before:
            log.warning("check.failed", check=self.check.name, state=state, exc_info=failure)
        elif state is not before:
            log.info("check.recovered", check=self.check.name)


class Watch:
    """A set of checks, in this process."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._checks = checks
        self._starting = threading.Lock()
        self._watched: tuple[WatchedCheck, ...] = ()

    def reports(self, *, wait_seconds: float) -> tuple[CheckReport, ...]:
        """Tell how every part is.

        Only the first question in a process waits for findings, and no longer than asked.
        """
        watched = self._started()
        give_up_at = monotonic() + wait_seconds
        for one in watched:
            if one.check.is_decisive and not one.is_known.is_set():
                one.is_known.wait(max(0.0, give_up_at - monotonic()))
        return tuple(one.report() for one in watched)

    def stop(self) -> None:
        """Stop looking; the next question starts anew."""
        with self._starting:
            watched, self._watched = self._watched, ()
        for one in watched:
            one.stop()
        for one in watched:
            one.join(0.2)

    def forget(self) -> None:
        """Know nothing, as befits a forked process: threads do not survive a fork."""
        self._starting = threading.Lock()
        self._watched = ()

    def _started(self) -> tuple[WatchedCheck, ...]:
        if not self._watched:
            with self._starting:
                if not self._watched:
                    # Threads that import parts of it at once, each for the first time, may end
                    # in a deadlock.
                    import_module("health_check")
                    watched = tuple(WatchedCheck(check) for check in self._checks)
                    for one in watched:
                        one.start()
                    self._watched = watched
        return self._watched


def _run(probe: Probe) -> None:
    answer = probe.run()
    if answer is not None:
        asyncio.run(_awaited(answer))


async def _awaited(answer: Awaitable[None]) -> None:
    await answer


def _state_after(failure: Exception | None) -> CheckState:
    if failure is None:
        return CheckState.OK
    from health_check.exceptions import ServiceWarning  # noqa: PLC0415  slow to import

    return CheckState.WARNED if isinstance(failure, ServiceWarning) else CheckState.FAILED


watch = Watch(checks)
os.register_at_fork(after_in_child=watch.forget)
