"""The dispatcher may be killed at any moment: what it had not finished is read by the next."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from apps.events import dispatcher, services
from apps.events.dispatcher import Dispatcher, Pause
from apps.events.ports import Consumer
from apps.events.services import Progress, announcing
from devstack.waiting import wait_until
from tests.apps.events.conftest import Listener

PROCESS = Path(__file__).with_name("dispatcher_process.py")
Ring = Callable[..., None]


@contextmanager
def running(dispatcher: Dispatcher) -> Iterator[None]:
    thread = threading.Thread(target=dispatcher.run)
    thread.start()
    try:
        yield
    finally:
        dispatcher.stop.set()
        thread.join(20)


def test_events_reach_the_consumer(listener: Listener, ring: Ring) -> None:
    with running(Dispatcher([listener])):
        ring(1)
        ring(2, 3)

        assert wait_until(lambda: listener.numbers == [1, 2, 3], seconds=30)


def test_event_without_a_hint_of_its_own_is_met_soon(
    listener: Listener, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "IDLE_SECONDS", 3600)
    monkeypatch.setattr(dispatcher, "EAGER_SECONDS", 60)
    monkeypatch.setattr(announcing, "WAKE_PAUSE_SECONDS", 60)
    with running(Dispatcher([listener])):
        ring(1)
        assert wait_until(lambda: listener.numbers == [1], seconds=30)

        ring(2)

        assert wait_until(lambda: listener.numbers == [1, 2], seconds=30)


def test_event_behind_an_older_transaction_is_met_when_that_has_ended(
    listener: Listener, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "IDLE_SECONDS", 3600)
    waited = threading.Event()
    really_advance = services.advance

    def advance(consumer: Consumer) -> Progress:
        progress = really_advance(consumer)
        if progress.waits_for_horizon:
            waited.set()
        return progress

    monkeypatch.setattr(services, "advance", advance)
    with ThreadPoolExecutor(1) as pool, running(Dispatcher([listener])):
        may_end = threading.Event()
        has_begun = threading.Event()
        older = pool.submit(write_slowly, has_begun, may_end)
        assert has_begun.wait(20)
        ring(1)
        assert waited.wait(20)
        assert listener.numbers == []

        may_end.set()
        older.result(20)

        assert wait_until(lambda: listener.numbers == [1], seconds=30)


def write_slowly(has_begun: threading.Event, may_end: threading.Event) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
        has_begun.set()
        may_end.wait(30)
    connection.close()


def test_consumer_that_fails_does_not_hold_up_the_others(listener: Listener, ring: Ring) -> None:
    broken = Listener(name=f"{listener.name}-broken")

    def refuse(event: object) -> None:
        raise ValueError

    broken.on_hearing = refuse
    with running(Dispatcher([broken, listener])):
        ring(1)

        assert wait_until(lambda: listener.numbers == [1], seconds=30)


def test_consumer_comes_back_after_very_many_failures(
    listener: Listener, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter(range(1500))
    really_advance = services.advance

    def advance(consumer: Consumer) -> Progress:
        for _ in failures:
            raise OperationalError
        return really_advance(consumer)

    monkeypatch.setattr(dispatcher, "BACKOFF_SECONDS", 0)
    monkeypatch.setattr(services, "advance", advance)
    with running(Dispatcher([listener])):
        ring(1)

        assert wait_until(lambda: listener.numbers == [1], seconds=30)


def test_pauses_grow_up_to_the_longest_and_begin_anew() -> None:
    pause = Pause(first=1, longest=5)

    grown = [pause.taken() for _ in range(5)]
    pause.begin_anew()

    assert grown == [1, 2, 4, 5, 5]
    assert pause.taken() == 1


@pytest.fixture
def tally(transactional_db: None) -> Iterator[Callable[[str], list[int]]]:
    """A table the dispatcher's process writes to, and a way to read it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE tests_heard (consumer text, number bigint)")

    def read(consumer: str) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM tests_heard WHERE consumer = %s", [consumer])
            return [number for (number,) in cursor.fetchall()]

    yield read
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE tests_heard")


def start_process(name: str) -> subprocess.Popen[bytes]:
    database = settings.DATABASES["default"]
    url = (
        f"postgresql://{database['USER']}:{database['PASSWORD']}"
        f"@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(settings.BASE_DIR)}
    return subprocess.Popen([sys.executable, str(PROCESS), name], env=environment)


@pytest.mark.timeout(600)
def test_killed_dispatcher_loses_nothing_and_repeats_nothing(
    listener: Listener, ring: Ring, tally: Callable[[str], list[int]]
) -> None:
    chance = random.Random(7)
    process = start_process(listener.name)
    number = 0

    for _ in range(3):
        heard_before = len(tally(listener.name))
        for _ in range(150):
            ring(number, number + 1)
            number += 2
        wait_until(lambda: len(tally(listener.name)) > heard_before, seconds=30)  # noqa: B023  at once
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = start_process(listener.name)

    try:
        assert wait_until(lambda: len(tally(listener.name)) >= number, seconds=60)
        assert sorted(tally(listener.name)) == list(range(number))
    finally:
        process.terminate()
        process.wait(20)
