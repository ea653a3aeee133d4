"""From the log to the nodes: each event once, in order, whoever is killed and wherever."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from prometheus_client import REGISTRY
from pytest_django.fixtures import Settings

from apps.events.services import advance, replay_consumer
from apps.kernel.ids import new_id
from apps.realtime.consumer import RealtimeConsumer
from apps.realtime.models import Publication as Row
from apps.realtime.selectors import positions, publications_after, recovery
from apps.realtime.types import Position, Publication
from apps.realtime.wire import redis_channel, unpacked
from apps.resilience.services import RedisRole, redis_client
from devstack.waiting import wait_until
from tests.factories.realtime import begin_at_the_end, read_all, say

pytestmark = pytest.mark.django_db(transaction=True)

PROCESS = Path(__file__).with_name("dispatcher_process.py")


@pytest.fixture
def scope() -> str:
    """A scope of this test's own, with the consumer at the end of the log."""
    begin_at_the_end()
    return f"building:{new_id()}"


def _numbers(scope: str) -> list[int]:
    rows = Row.objects.filter(channel__name=f"room:{scope}").order_by("offset")
    return list(rows.values_list("offset", flat=True))


def _said(scope: str) -> list[int]:
    """What was said in a room, as its clients would read it from PostgreSQL, by offset."""
    found = publications_after(f"room:{scope}", 0, limit=10_000)
    return [number_in(each.data) for each in found]


def number_in(data: bytes) -> int:
    return int(data.partition(b'"number":')[2].partition(b",")[0].rstrip(b"}"))


def test_nodes_are_told_after_the_commit_in_order(scope: str) -> None:
    redis: Any = redis_client(RedisRole.IDLE)
    listening = redis.pubsub(ignore_subscribe_messages=True)
    listening.subscribe(redis_channel(f"room:{scope}"))
    listening.get_message(timeout=5)
    say(scope, count=5)

    read_all()

    told: list[Publication] = []
    wait_until(lambda: _take(listening, told) or len(told) == 5, seconds=30)
    assert [each.offset for each in told] == [1, 2, 3, 4, 5]
    assert told == publications_after(f"room:{scope}", 0, limit=10)
    listening.close()


def _take(listening: Any, told: list[Publication]) -> bool:
    message = listening.get_message(timeout=0.1)
    if message:
        told.append(unpacked(message["data"]))
    return False


def test_dead_redis_loses_the_hint_and_nothing_else(scope: str, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    lost_before = _lost()
    say(scope, count=3)

    read_all()

    assert _lost() - lost_before == 3
    start = Position(offset=0, epoch=positions([f"room:{scope}"])[f"room:{scope}"].epoch)
    recovered = recovery(f"room:{scope}", since=start)
    assert recovered.is_recovered
    assert [each.offset for each in recovered.publications] == [1, 2, 3]


def _lost() -> float:
    return REGISTRY.get_sample_value("mainstay_realtime_hints_lost_total") or 0.0


def test_replay_adds_nothing(scope: str) -> None:
    start = begin_at_the_end()
    say(scope, count=4)
    read_all()

    replay_consumer(name="realtime", cursor=start)
    say(scope)
    read_all()

    assert _numbers(scope) == [1, 2, 3, 4, 5]
    assert _said(scope) == [0, 1, 2, 3, 0]


def test_two_dispatchers_give_each_event_one_number(scope: str) -> None:
    rounds, writers = 25, 4
    may_stop = threading.Event()

    def write(writer: int) -> None:
        for number in range(rounds):
            say(scope, number=writer * rounds + number)
        connection.close()

    def read() -> None:
        consumer = RealtimeConsumer()
        while not may_stop.is_set():
            advance(consumer)
        connection.close()

    readers = [threading.Thread(target=read) for _ in range(2)]
    writing = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in (*readers, *writing):
        thread.start()
    for thread in writing:
        thread.join()
    wait_until(lambda: len(_numbers(scope)) >= rounds * writers, seconds=60)
    may_stop.set()
    for thread in readers:
        thread.join()

    assert _numbers(scope) == list(range(1, rounds * writers + 1))
    assert sorted(_said(scope)) == list(range(rounds * writers))


def test_what_was_committed_and_not_told_is_read_by_the_nodes(scope: str) -> None:
    say(scope, count=3)

    with _dispatching("between") as process:
        assert process.wait(60) == 9

    # The hint is lost, as with kill -9; the place has moved, and all is there to be read.
    top = positions([f"room:{scope}"])[f"room:{scope}"]
    recovered = recovery(f"room:{scope}", since=Position(offset=0, epoch=top.epoch))
    assert top.offset == 3
    assert [each.offset for each in recovered.publications] == [1, 2, 3]


@pytest.mark.timeout(300)
def test_killed_dispatcher_loses_nothing_and_leaves_no_gap(scope: str) -> None:
    chance = random.Random(11)
    total = 0

    for _ in range(3):
        with _dispatching() as process:
            numbered = len(_numbers(scope))
            for _ in range(60):
                say(scope, number=total)
                total += 1
            wait_until(lambda: len(_numbers(scope)) > numbered, seconds=60)  # noqa: B023  at once
            time.sleep(chance.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            process.wait()
    with _dispatching():
        wait_until(lambda: len(_numbers(scope)) >= total, seconds=60)

    assert _numbers(scope) == list(range(1, total + 1))
    assert _said(scope) == list(range(total))


@contextmanager
def _dispatching(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    database = connection.settings_dict
    url = (
        f"postgresql://{database['USER']}:{database['PASSWORD']}"
        f"@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    environment = os.environ | {
        "DATABASE_URL": url,
        "PYTHONPATH": str(django_settings.BASE_DIR),
        "REDIS_URL": django_settings.REDIS_URL,
    }
    process = subprocess.Popen([sys.executable, str(PROCESS), *words], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
