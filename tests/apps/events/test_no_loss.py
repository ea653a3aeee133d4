"""Proof that the horizon loses nothing under concurrent writers, and that a naive cursor does."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from apps.events import services
from apps.events.types import LoggedEvent
from devstack.waiting import wait_until
from tests.apps.events.conftest import BellRang, Listener

WRITERS = 8
TRANSACTIONS_EACH = 40


class Storm:
    """Writers that overlap, roll back, and one that commits only after others were read."""

    def __init__(self) -> None:
        self.committed: set[int] = set()
        self.may_end = threading.Event()
        self.slow_has_written = threading.Event()
        self._lock = threading.Lock()

    def run(
        self, read: Callable[[], None], *, is_complete: Callable[[], bool] = lambda: True
    ) -> None:
        """Rage and read meanwhile; then read on, as the server itself may hold a batch back."""
        with ThreadPoolExecutor(WRITERS + 1) as pool:
            slow = pool.submit(self._write_slowly)
            assert self.slow_has_written.wait(60)
            writers = [pool.submit(self._write, writer) for writer in range(WRITERS)]
            while not all(writer.done() for writer in writers):
                read()
            read()
            self.may_end.set()
            for task in (slow, *writers):
                task.result(60)

        def has_read_all() -> bool:
            read()
            return is_complete()

        wait_until(has_read_all, seconds=30)
        # Whatever would be heard twice.
        for _ in range(5):
            read()

    def _write_slowly(self) -> None:
        with transaction.atomic():
            services.announce(BellRang(number=-1))
            self.slow_has_written.set()
            self.may_end.wait(100)
        self._note({-1})
        connection.close()

    def _write(self, writer: int) -> None:
        chance = random.Random(writer)
        for turn in range(TRANSACTIONS_EACH):
            numbers = {writer * 10_000 + turn * 10 + n for n in range(chance.randint(1, 3))}
            if self._announce(numbers, chance):
                self._note(numbers)
        connection.close()

    def _announce(self, numbers: set[int], chance: random.Random) -> bool:
        with transaction.atomic():
            for number in numbers:
                services.announce(BellRang(number=number))
                threading.Event().wait(chance.random() * 0.004)
            if chance.random() < 0.15:
                transaction.set_rollback(True)
                return False
        return True

    def _note(self, numbers: set[int]) -> None:
        with self._lock:
            self.committed |= numbers


def test_concurrent_writers_lose_nothing_and_repeat_nothing(listener: Listener) -> None:
    storm = Storm()

    def read() -> None:
        services.advance(listener)

    storm.run(read, is_complete=lambda: len(listener.numbers) >= len(storm.committed))

    assert len(listener.numbers) == len(set(listener.numbers))
    assert set(listener.numbers) == storm.committed


def test_mutant_with_a_naive_cursor_loses_events(listener: Listener) -> None:
    """The same storm, read by ``position > last``: it must lose at least the slow event."""
    storm = Storm()
    heard: list[LoggedEvent] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM events_log")
        (start,) = cursor.fetchone() or (0,)

    def read_naively() -> None:
        last = max((event.position for event in heard), default=start)
        heard.extend(events_past(last))

    storm.run(read_naively)

    lost = storm.committed - {event.payload["number"] for event in heard}
    assert -1 in lost


def events_past(position: int) -> list[LoggedEvent]:
    from apps.events.selectors import _read  # the mutant reads the same rows, in a wrong way

    return _read("WHERE position > %s ORDER BY position LIMIT 500", [position])


def test_two_readers_of_one_consumer_share_the_work(listener: Listener) -> None:
    twin = Listener(name=listener.name)
    storm = Storm()
    both = (listener, twin)

    def read() -> None:
        threads = [threading.Thread(target=advance_and_close, args=(reader,)) for reader in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def numbers_heard() -> list[int]:
        return [*listener.numbers, *twin.numbers]

    storm.run(read, is_complete=lambda: len(numbers_heard()) >= len(storm.committed))

    numbers = numbers_heard()
    assert len(numbers) == len(set(numbers))
    assert set(numbers) == storm.committed


def advance_and_close(listener: Listener) -> None:
    services.advance(listener)
    connection.close()
