"""Of those who miss the same thing at once, one makes it; whoever dies or hangs blocks nobody."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django import Settings

from apps.caching.errors import StillBeingMade
from apps.caching.flights import Flights, lease
from apps.caching.layers.redis import Redis
from devstack.waiting import wait_until
from tests.own_redis import OwnRedis

MANY = 50


def test_one_makes_it_and_all_get_it() -> None:
    flights, calls, go = Flights[object](), list[int](), threading.Event()

    def make() -> object:
        calls.append(1)
        assert go.wait(60)
        return object()

    with ThreadPoolExecutor(MANY) as threads:
        answers = [threads.submit(flights.share, "a", make, wait_seconds=60) for _ in range(MANY)]
        assert wait_until(lambda: waiting(threads) == MANY, seconds=60)
        go.set()
        made = {id(answer.result(60)) for answer in answers}

    assert (len(made), len(calls)) == (1, 1)
    assert not flights._flying


def waiting(threads: ThreadPoolExecutor) -> int:
    """Return how many threads have been given something to do."""
    return len(threads._threads) - threads._work_queue.qsize()


def test_error_is_raised_to_all_and_the_next_one_tries_again() -> None:
    flights = Flights[str]()

    with pytest.raises(TimeoutError, match="its own"):
        flights.share("a", _raise(TimeoutError("its own")), wait_seconds=60)

    assert flights.share("a", lambda: "made", wait_seconds=60) == "made"


def test_who_is_interrupted_leaves_nobody_waiting() -> None:
    flights = Flights[str]()

    with pytest.raises(KeyboardInterrupt):
        flights.share("a", _raise(KeyboardInterrupt()), wait_seconds=60)

    assert not flights._flying


def test_others_wait_no_longer_than_they_may() -> None:
    flights, done, flying = Flights[str](), threading.Event(), threading.Event()

    def hang() -> str:
        flying.set()
        assert done.wait(60)
        return "late"

    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(flights.share, "a", hang, wait_seconds=60)
        assert flying.wait(60)
        with pytest.raises(StillBeingMade):
            flights.share("a", hang, wait_seconds=0.01)
        done.set()
        assert first.result(60) == "late"


def _raise(error: BaseException) -> Callable[[], str]:
    def make() -> str:
        raise error

    return make


def test_lease_is_for_one_at_a_time_and_given_back() -> None:
    redis = Redis(1024)

    with lease(redis, "a", seconds=60) as first:
        with lease(redis, "a", seconds=60) as second:
            assert (first, second) == (True, False)
        with lease(redis, "b", seconds=60) as other:
            assert other
    with lease(redis, "a", seconds=60) as third:
        assert third


def test_lease_of_who_died_ends_by_itself() -> None:
    redis = Redis(1024)
    held = lease(redis, "a", seconds=0.05)
    held.__enter__()

    def is_mine() -> bool:
        with lease(redis, "a", seconds=60) as mine:
            return mine

    assert wait_until(is_mine, seconds=30)


def test_lease_that_ended_is_not_given_back_for_its_next_holder() -> None:
    redis = Redis(1024)

    with lease(redis, "a", seconds=0.001):
        # Its own time is over, and somebody else has it by now.
        time.sleep(0.05)
        next_one = lease(redis, "a", seconds=60)
        assert next_one.__enter__()

    with lease(redis, "a", seconds=60) as third:
        assert not third


def test_without_redis_everybody_has_the_lease(own_redis: OwnRedis, settings: Settings) -> None:
    settings.REDIS_URL = own_redis.url
    own_redis.stop()
    redis = Redis(1024)

    with lease(redis, "a", seconds=60) as first, lease(redis, "a", seconds=60) as second:
        assert (first, second) == (True, True)
