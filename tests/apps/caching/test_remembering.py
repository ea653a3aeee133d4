"""What is remembered is served while it is fresh, marked while it is stale, and made once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from pytest_django import Settings

from apps.caching import remembering
from apps.caching.errors import Absent
from apps.caching.layers.stack import forget_here, stack
from apps.caching.ledger import ledger
from apps.caching.services import cacheable, forget, remember
from apps.caching.types import LayerName
from devstack.waiting import wait_until
from tests.apps.caching.conftest import Hands
from tests.apps.caching.samples import LENIENT, STRICT, Maker
from tests.own_redis import OwnRedis
from tests.timing import takes_at_most

pytestmark = pytest.mark.django_db


def test_it_is_made_once_and_then_remembered() -> None:
    make = Maker({"a": (1, 2)})

    first, second = (remember(STRICT, "key", make) for _ in range(2))

    assert first.value == second.value == {"a": [1, 2]}
    assert (first.layer, second.layer) == (None, LayerName.MEMORY)
    assert make.calls == 1


def test_values_are_ones_own() -> None:
    remember(STRICT, "key", Maker([1])).value.append(2)  # type: ignore[attr-defined]  # a list

    assert remember(STRICT, "key", Maker([1])).value == [1]


def test_bytes_stay_bytes() -> None:
    assert remember(STRICT, "key", Maker(b"\x00\xff")).value == b"\x00\xff"
    forget_here()
    assert remember(STRICT, "key", Maker()).value == b"\x00\xff"


def test_after_its_time_it_is_made_anew(hands: Hands) -> None:
    make = Maker()
    remember(STRICT, "key", make, ttl=timedelta(seconds=30))

    hands.move(seconds=26)
    assert remember(STRICT, "key", make).age_seconds == 26
    hands.move(seconds=4)
    remember(STRICT, "key", make)

    assert make.calls == 2


@pytest.mark.usefixtures("refreshed_at_once")
def test_stale_one_is_served_marked_while_it_is_made_anew(hands: Hands) -> None:
    remember(LENIENT, "key", Maker("old"))
    hands.move(minutes=10)

    stale, fresh = (remember(LENIENT, "key", Maker("new")) for _ in range(2))

    assert (stale.value, stale.is_stale) == ("old", True)
    assert (fresh.value, fresh.is_stale) == ("new", False)


@pytest.mark.usefixtures("refreshed_at_once")
def test_refresh_that_fails_is_not_tried_by_everybody(hands: Hands) -> None:
    remember(LENIENT, "key", Maker("old"))
    hands.move(minutes=10)
    failing = Maker(OSError("upstream"))

    answers = [remember(LENIENT, "key", failing) for _ in range(5)]

    assert {answer.value for answer in answers} == {"old"}
    assert failing.calls == 1


def test_reserve_is_served_marked_where_making_fails(hands: Hands) -> None:
    remember(LENIENT, "key", Maker("old"))
    hands.move(minutes=25)
    failing = Maker(OSError("upstream"))

    answers = [remember(LENIENT, "key", failing) for _ in range(5)]

    assert {(answer.value, answer.is_stale) for answer in answers} == {("old", True)}
    assert failing.calls == 1


def test_reserve_is_not_served_where_making_succeeds(hands: Hands) -> None:
    remember(LENIENT, "key", Maker("old"))
    hands.move(minutes=25)

    answer = remember(LENIENT, "key", Maker("new"))

    assert (answer.value, answer.is_stale) == ("new", False)


def test_nothing_is_served_past_its_last_time(hands: Hands) -> None:
    remember(LENIENT, "key", Maker("old"))
    hands.move(minutes=70)

    with pytest.raises(OSError, match="upstream"):
        remember(LENIENT, "key", Maker(OSError("upstream")))


def test_absence_is_remembered_for_a_short_time(hands: Hands) -> None:
    absent = Maker(Absent("no such file"))
    for _ in range(3):
        with pytest.raises(Absent, match="no such file"):
            remember(STRICT, "key", absent)
    assert absent.calls == 1

    hands.move(seconds=60)

    assert remember(STRICT, "key", Maker("there")).value == "there"


def test_absence_takes_the_place_of_what_was_there(hands: Hands) -> None:
    remember(LENIENT, "key", Maker("old"))
    hands.move(minutes=25)

    with pytest.raises(Absent):
        remember(LENIENT, "key", Maker(Absent()))
    with pytest.raises(Absent):
        remember(LENIENT, "key", Maker("unasked"))


def test_what_was_there_does_not_come_back_after_its_absence(hands: Hands) -> None:
    remember(LENIENT, "key", Maker("old"))
    hands.move(minutes=25)
    with pytest.raises(Absent):
        remember(LENIENT, "key", Maker(Absent()))
    hands.move(minutes=2)

    with pytest.raises(OSError, match="upstream"):
        remember(LENIENT, "key", Maker(OSError("upstream")))


def test_no_time_at_all_is_a_time() -> None:
    make = Maker()
    for _ in range(2):
        remember(STRICT, "key", make, ttl=timedelta(0))

    assert make.calls == 2


def test_failure_is_not_remembered() -> None:
    with pytest.raises(ValueError, match="once"):
        remember(STRICT, "key", Maker(ValueError("once")))

    assert remember(STRICT, "key", Maker("then")).value == "then"


@pytest.mark.django_db(transaction=True)
def test_what_is_forgotten_is_made_anew_at_once_here() -> None:
    remember(STRICT, "key", Maker("old"))

    forget(STRICT, "key")

    assert remember(STRICT, "key", Maker("new")).value == "new"
    assert remember(STRICT, "key", Maker("unasked")).value == "new"


@pytest.mark.django_db(transaction=True)
def test_what_is_forgotten_while_it_is_made_is_not_kept() -> None:
    def make() -> str:
        forget(STRICT, "key")
        return "read before"

    remember(STRICT, "key", make)

    assert remember(STRICT, "key", Maker("new")).value == "new"


@pytest.mark.django_db(transaction=True)
def test_who_asks_after_something_was_forgotten_is_not_given_what_was_begun_before() -> None:
    begun, go = threading.Event(), threading.Event()

    def slowly() -> str:
        begun.set()
        assert go.wait(60)
        return "read before"

    def ask(make: Callable[[], str]) -> str:
        try:
            return remember(STRICT, "key", make).value
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        early = threads.submit(ask, slowly)
        assert begun.wait(60)
        forget(STRICT, "key")
        late = threads.submit(ask, lambda: "read after")
        assert wait_until(threads._work_queue.empty, seconds=60)
        go.set()
        answers = early.result(60), late.result(60)

    assert answers == ("read before", "read after")


@pytest.mark.parametrize("lost", [{"memory"}, {"redis"}, {"files"}, {"memory", "redis"}])
def test_any_layer_may_vanish_and_nothing_is_made_again(lost: set[str]) -> None:
    make = Maker()
    remember(STRICT, "key", make)

    if "redis" in lost:
        cache.clear()
    if "files" in lost:
        stack().files.clear(STRICT.name)
    if "memory" in lost:
        forget_here()

    assert remember(STRICT, "key", make).value == b"made"
    assert make.calls == 1


@pytest.mark.django_db(transaction=True)
def test_500_threads_make_it_once() -> None:
    make = Maker()
    slowly = threading.Event()

    def compute() -> object:
        slowly.wait(0.3)
        return make()

    def ask(_: int) -> object:
        try:
            return remember(LENIENT, "key", compute).value
        finally:
            connections.close_all()

    with ThreadPoolExecutor(100) as threads:
        answers = list(threads.map(ask, range(500)))

    assert answers == [b"made"] * 500
    assert make.calls == 1


@pytest.mark.usefixtures("usual_waits")
def test_frozen_redis_costs_a_request_at_most_its_wait(
    own_redis: OwnRedis, settings: Settings
) -> None:
    settings.REDIS_URL = own_redis.url
    keys = iter(range(1000))
    ledger.seen()
    own_redis.freeze()

    def ask() -> None:
        assert remember(STRICT, str(next(keys)), Maker()).value == b"made"

    assert takes_at_most(0.3, ask, before=stack().redis._breaker.succeeded)


def test_without_postgresql_strict_ones_are_made_and_lenient_ones_marked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for namespace in (STRICT, LENIENT):
        remember(namespace, "key", Maker("old"))
    monkeypatch.setattr(ledger, "is_trusted", lambda: False)

    strict, lenient = (remember(n, "key", Maker("new")) for n in (STRICT, LENIENT))

    assert (strict.value, strict.is_stale) == ("new", False)
    assert (lenient.value, lenient.is_stale) == ("old", True)


def test_function_is_remembered_by_its_arguments() -> None:
    calls = []

    @cacheable(STRICT, key=lambda a, *, b: f"{a}/{b}", tags=lambda a, *, b: [f"a:{a}"])
    def joined(a: int, *, b: str) -> str:
        """Join two."""
        calls.append(a)
        return f"{a}{b}"

    assert [joined(1, b="x"), joined(1, b="x"), joined(2, b="x")] == ["1x", "1x", "2x"]
    assert calls == [1, 2]
    assert joined.__doc__ == "Join two."
    found = stack().find(STRICT, "1/x")
    assert found is not None
    assert found.entry.tags == ("a:1",)


def test_use_is_noted_for_warming_and_eviction() -> None:
    for _ in range(3):
        remembering.remember(STRICT, "key", Maker())

    (worth,) = stack().tally.take(0.0).values()
    assert (worth.namespace, worth.key, worth.score) == (STRICT.name, "key", 3.0)
