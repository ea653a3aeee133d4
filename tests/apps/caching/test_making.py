"""Making: once over all processes, and with lives that never exceed what was asked for."""

from datetime import timedelta

import pytest

from apps.caching.errors import StillBeingMade
from apps.caching.flights import lease
from apps.caching.layers.stack import address_of, stack
from apps.caching.making import Wish
from apps.caching.ports import Namespace
from tests.apps.caching.conftest import Hands
from tests.apps.caching.samples import STRICT, Maker
from tests.processes import OtherProcess, python_on_the_same_database

pytestmark = pytest.mark.django_db

HASTY = Namespace(
    name="sample.hasty",
    title="Hasty samples",
    ttl=timedelta(minutes=10),
    makes_within=timedelta(seconds=1),
    waits_at_most=timedelta(seconds=60),
)


def wish(namespace: Namespace = STRICT, *, make: Maker, ttl: float = 600.0) -> Wish:
    return Wish(namespace, "key", make, timedelta(seconds=ttl), ())


def test_lives_are_cut_short_by_up_to_a_tenth_and_never_longer(hands: Hands) -> None:
    lives = set[float]()
    for _ in range(50):
        stack().clear(STRICT.name)
        entry = wish(make=Maker(), ttl=100).shared().entry
        lives.add(entry.fresh_until - hands.moment.timestamp())

    assert len(lives) > 1
    assert all(90 <= life <= 100 for life in lives)


def test_other_process_that_is_at_it_is_waited_for_and_no_longer() -> None:
    short = Namespace(
        name="sample.short", title="", ttl=timedelta(1), waits_at_most=timedelta(seconds=0.1)
    )
    make = Maker()

    with (
        lease(stack().redis, address_of(short.name, "key"), seconds=60),
        pytest.raises(StillBeingMade) as refused,
    ):
        wish(short, make=make).shared()

    assert make.calls == 0
    assert refused.value.headers["Retry-After"] == "1"


def test_refresh_leaves_it_to_another_process_that_is_at_it() -> None:
    make = Maker()
    with lease(stack().redis, address_of(STRICT.name, "key"), seconds=60):
        wish(make=make).refresh()
    assert make.calls == 0

    wish(make=make).refresh()

    assert make.calls == 1


_PROCESS = """
import pathlib, time, threading
from datetime import timedelta
from django.conf import settings
settings.CACHING_DIR = pathlib.Path({folder!r})
settings.CACHING_LEAST_FREE_BYTES = 0
from apps.caching.ports import Namespace
from apps.caching.services import remember
HASTY = Namespace(name="sample.hasty", title="", ttl=timedelta(minutes=10),
    makes_within=timedelta(seconds={makes_within}), waits_at_most=timedelta(seconds=60))
def make():
    say("making")
    {doing}
    return "x"
say("ready")
input()
threads = [threading.Thread(target=remember, args=(HASTY, "key", make)) for _ in range({threads})]
for thread in threads: thread.start()
for thread in threads: thread.join()
say("done")
"""


def process(doing: str, *, threads: int, makes_within: int) -> OtherProcess:
    folder = str(stack().files.folder)
    return python_on_the_same_database(
        _PROCESS.format(folder=folder, doing=doing, threads=threads, makes_within=makes_within)
    )


@pytest.mark.django_db(transaction=True)
def test_510_threads_of_three_processes_make_it_once() -> None:
    others = [process("time.sleep(0.5)", threads=170, makes_within=60) for _ in range(3)]
    for other in others:
        assert other.line() == "ready"
    for other in others:
        other.tell("")

    said = [line for other in others for line in iter(other.line, "done")]

    assert said == ["making"]


@pytest.mark.django_db(transaction=True)
def test_process_that_dies_while_making_it_blocks_nobody_for_long() -> None:
    other = process("time.sleep(600)", threads=20, makes_within=1)
    assert other.line() == "ready"
    other.tell("")
    assert other.line() == "making"
    other.kill()
    make = Maker("x")

    assert wish(HASTY, make=make).shared().entry.body == b'"x"'
    assert make.calls == 1
