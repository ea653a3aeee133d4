"""The dispatcher: one thread per consumer, woken by NOTIFY, never depending on it.

Several dispatchers may run: each step of a consumer is claimed (`services.consuming`), so the
others find nothing to do. Killed at any moment it loses nothing; the next one reads on.
"""

import threading
from collections.abc import Iterable
from time import monotonic

import psycopg
import structlog
from django.db import DatabaseError, InterfaceError, connection
from typing_extensions import override

from apps.events import services
from apps.events.ports import Consumer
from apps.events.services.announcing import WAKE_CHANNEL

log = structlog.get_logger("events")

# Without a hint a consumer looks again after this long.
IDLE_SECONDS = 0.5
# While committed events wait for an older transaction to end: most end at once, some take seconds.
HORIZON_SECONDS = 0.001
LONGEST_HORIZON_SECONDS = 0.1
# After a hint or an event it goes on looking for as long, every so often: a process that has just
# sent a hint sends no second one (`announcing.WAKE_PAUSE_SECONDS`).
EAGER_SECONDS = 0.05
LOOK_AGAIN_SECONDS = 0.01
BACKOFF_SECONDS = 0.2
LONGEST_BACKOFF_SECONDS = 5.0
MAINTENANCE_SECONDS = 3600.0
# After a maintenance that failed, usually because a writer held the log for too long.
MAINTENANCE_RETRY_SECONDS = 30.0


class Pause:
    """A pause that is twice as long each time, until it begins anew."""

    def __init__(self, *, first: float, longest: float) -> None:
        self._first = self._next = first
        self._longest = longest

    def begin_anew(self) -> None:
        """Let the next pause be the first again."""
        self._next = self._first

    def taken(self) -> float:
        """Return how many seconds to pause now."""
        seconds, self._next = self._next, min(2 * self._next, self._longest)
        return seconds


class Reader(threading.Thread):
    """Reads the log for one consumer until told to stop."""

    def __init__(self, consumer: Consumer, stop: threading.Event) -> None:
        super().__init__(name=f"consumer-{consumer.name}", daemon=True)
        self._consumer = consumer
        self._stop_event = stop
        self._woken = threading.Event()
        self._backoff = Pause(first=BACKOFF_SECONDS, longest=LONGEST_BACKOFF_SECONDS)
        self._horizon = Pause(first=HORIZON_SECONDS, longest=LONGEST_HORIZON_SECONDS)
        # From the start: hints sent before somebody listens are lost.
        self._eager_until = monotonic() + EAGER_SECONDS

    def wake(self) -> None:
        """Look at the log now."""
        self._woken.set()

    @override
    def run(self) -> None:
        """Step through the log; pause only when there is nothing to do."""
        while not self._stop_event.is_set():
            pause = self._step()
            if pause and self._woken.wait(pause):
                self._eager_until = monotonic() + EAGER_SECONDS
            self._woken.clear()
        connection.close()

    def _step(self) -> float:
        """Advance once and return how many seconds to pause."""
        try:
            progress = services.advance(self._consumer)
        except (DatabaseError, InterfaceError):
            log.warning("consumer.database_failed", consumer=self._consumer.name, exc_info=True)
            # The connection may be dead; the next step opens another.
            connection.close()
            return self._rest()
        if progress.has_failed:
            return self._rest()
        self._backoff.begin_anew()
        if progress.waits_for_horizon:
            return self._horizon.taken()
        self._horizon.begin_anew()
        if progress.read:
            self._eager_until = monotonic() + EAGER_SECONDS
            return 0.0
        return LOOK_AGAIN_SECONDS if monotonic() < self._eager_until else IDLE_SECONDS

    def _rest(self) -> float:
        # A hint must not shorten the pause after a failure.
        self._stop_event.wait(self._backoff.taken())
        return 0.0


class Dispatcher:
    """Runs the readers, passes on wake-ups and keeps the log's partitions."""

    def __init__(self, consumers: Iterable[Consumer]) -> None:
        self.stop = threading.Event()
        self._readers = [Reader(consumer, self.stop) for consumer in consumers]

    def run(self) -> None:
        """Run until `stop` is set; return when every reader finished its step."""
        for reader in self._readers:
            reader.start()
        keeper = threading.Thread(target=self._keep, name="log-keeper", daemon=True)
        keeper.start()
        while not self.stop.is_set():
            self._listen()
        for thread in (*self._readers, keeper):
            if isinstance(thread, Reader):
                thread.wake()
            thread.join(timeout=10)

    def _listen(self) -> None:
        """Pass on notifications until the connection breaks or the dispatcher stops."""
        parameters = connection.get_connection_params()
        parameters.pop("cursor_factory", None)
        parameters.pop("context", None)
        try:
            with psycopg.connect(**parameters, autocommit=True) as listening:
                listening.execute(f"LISTEN {WAKE_CHANNEL}")
                while not self.stop.is_set():
                    for _ in listening.notifies(timeout=1.0, stop_after=1):
                        self._wake_all()
        except psycopg.Error:
            log.warning("dispatcher.listening_failed", exc_info=True)
            self.stop.wait(1.0)

    def _wake_all(self) -> None:
        for reader in self._readers:
            reader.wake()

    def _keep(self) -> None:
        while not self.stop.is_set():
            pause = MAINTENANCE_SECONDS
            try:
                services.maintain_partitions()
            except DatabaseError:
                log.warning("log.maintenance_failed", exc_info=True)
                pause = MAINTENANCE_RETRY_SECONDS
            finally:
                connection.close()
            self.stop.wait(pause)
