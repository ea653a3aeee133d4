"""Calls to a storage are counted, and fail in our words, whatever the storage's own are."""

from collections.abc import Generator, Iterator

import pytest
from prometheus_client import REGISTRY

from apps.files.errors import ObjectMissing, StorageUnavailable
from apps.files.storages.dialect import Dialect, Failure
from apps.files.storages.steps import SourceFailed
from apps.resilience.services import Breaker


class Absent(Exception):
    """What the storage says of an object that is not there."""


class Refused(Exception):
    """What it says where it does not want to."""


class Out(Exception):
    """What its client says where it is not there."""


_MEANINGS = {Absent: Failure.ABSENT, Refused: Failure.REFUSED, Out: Failure.OUTAGE}


def _dialect(breaker: Breaker | None = None) -> Dialect:
    return Dialect("test", tuple(_MEANINGS), lambda error: _MEANINGS[type(error)], breaker)


def _fail(dialect: Dialect, error: Exception) -> None:
    with dialect.asking("put"):
        raise error


def _counts() -> dict[str, float]:
    """How often a call came to each end so far."""
    name = "mainstay_files_storage_operations_total"
    labels = {"storage": "test", "operation": "put"}
    return {
        outcome: REGISTRY.get_sample_value(name, labels | {"outcome": outcome}) or 0.0
        for outcome in ("done", "missing", "cut", "failed")
    }


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Absent(), ObjectMissing),
        (Refused(), StorageUnavailable),
        (Out(), StorageUnavailable),
        (ObjectMissing(), ObjectMissing),
        (StorageUnavailable(), StorageUnavailable),
        (SourceFailed(ConnectionResetError()), ConnectionResetError),
        (ZeroDivisionError(), ZeroDivisionError),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_failure_is_told_in_our_words_and_a_mistake_as_it_is(
    error: Exception, told: type[Exception]
) -> None:
    with pytest.raises(told):
        _fail(_dialect(), error)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Absent(), "missing"),
        (Refused(), "failed"),
        (StorageUnavailable(), "failed"),
        (SourceFailed(ConnectionResetError()), "cut"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_failed_call_is_counted_once_by_how_it_failed(error: Exception, outcome: str) -> None:
    before = _counts()

    with pytest.raises((ObjectMissing, StorageUnavailable, ConnectionResetError)):
        _fail(_dialect(), error)

    assert _counts() == before | {outcome: before[outcome] + 1}


def test_call_that_is_carried_out_is_counted() -> None:
    before = _counts()

    with _dialect().asking("put"):
        pass

    assert _counts() == before | {"done": before["done"] + 1}


def test_storage_that_is_out_is_left_alone_and_then_asked_by_one() -> None:
    time = [0.0]
    dialect = _dialect(Breaker(failures=2, rest_seconds=1.0, clock=lambda: time[0]))
    for _ in range(2):
        with pytest.raises(StorageUnavailable):
            _fail(dialect, Out())

    with pytest.raises(StorageUnavailable), dialect.asking("put"):
        pytest.fail("It was asked.")

    time[0] = 2.0
    with dialect.asking("put"):
        pass
    with dialect.asking("put"):
        pass


@pytest.mark.parametrize("error", [Absent(), Refused()], ids=["absent", "refused"])
def test_storage_that_answers_no_is_not_out(error: Exception) -> None:
    dialect = _dialect(Breaker(failures=2, rest_seconds=1.0, clock=lambda: 0.0))
    for _ in range(5):
        with pytest.raises((ObjectMissing, StorageUnavailable)):
            _fail(dialect, error)

    with dialect.asking("put"):
        pass


def _found(*, closed: list[str], failing: bool = False) -> Generator[str]:
    try:
        yield from ("one", "two")
        if failing:
            raise Out
    finally:
        closed.append("closed")


def test_what_follows_is_one_call_and_is_given_to_the_end() -> None:
    before, closed = _counts(), list[str]()

    assert list(_dialect().following("put", _found(closed=closed))) == ["one", "two"]

    assert closed == ["closed"]
    assert _counts() == before | {"done": before["done"] + 1}


def test_failure_on_the_way_is_told_too() -> None:
    following = _dialect().following("put", _found(closed=[], failing=True))

    assert [next(following), next(following)] == ["one", "two"]
    with pytest.raises(StorageUnavailable):
        next(following)


def test_who_reads_no_further_leaves_nothing_open() -> None:
    closed: list[str] = []
    following: Iterator[str] = _dialect().following("put", _found(closed=closed))
    next(following)

    following.close()  # type: ignore[attr-defined]  # it is a generator

    assert closed == ["closed"]
