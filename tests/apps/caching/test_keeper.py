"""The keeper looks after the folder from a thread of each process."""

import threading
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.caching import keeper as keepers
from apps.caching.housekeeping import clean_if_nobody_does
from apps.caching.keeper import Keeper
from apps.caching.layers.stack import stack
from apps.caching.popularity import gathered
from devstack.waiting import wait_until
from tests.apps.caching.conftest import Hands
from tests.apps.caching.samples import STRICT, entry


@pytest.fixture
def warmed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []
    monkeypatch.setattr(keepers, "warm", lambda: calls.append(1))
    return calls


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []

    def counted() -> object:
        calls.append(1)
        return clean_if_nobody_does()

    monkeypatch.setattr(keepers, "clean_if_nobody_does", counted)
    return calls


def test_round_tells_what_was_asked_for(folder: Path, warmed: list[int]) -> None:
    stack().used(STRICT, "key")

    Keeper().round()

    assert [worth.key for worth in gathered(folder).values()] == ["key"]


def test_it_sweeps_every_minute_and_early_where_much_was_written(
    hands: Hands, swept: list[int], warmed: list[int], settings: Settings
) -> None:
    settings.CACHING_FILES_BYTES = 1_000_000
    keeper = Keeper()
    keeper.round()
    hands.move(seconds=30)
    keeper.round()
    assert len(swept) == 1

    hands.move(seconds=30)
    keeper.round()
    assert len(swept) == 2

    stack().files.put("a" * 64, entry(body=b"x" * 60_000))
    keeper.round()
    keeper.round()
    assert len(swept) == 3


def test_one_process_warms_at_the_start_and_every_six_hours(
    hands: Hands, warmed: list[int]
) -> None:
    first, second = Keeper(), Keeper()
    for keeper in (first, second, first):
        keeper.round()
    assert len(warmed) == 1

    hands.move(hours=6)
    for keeper in (first, second):
        keeper.round()
    assert len(warmed) == 2

    hands.move(minutes=2)
    Keeper().round()
    assert len(warmed) == 3


def test_its_thread_starts_once_and_outlives_failures(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHING_KEEPER_SECONDS = 0.001
    keeper, rounds = Keeper(), list[int]()

    def fail() -> None:
        rounds.append(1)
        raise OSError("no disk")

    monkeypatch.setattr(keeper, "round", fail)
    keeper.start_once()
    keeper.start_once()

    assert wait_until(lambda: len(rounds) > 3, seconds=60)
    assert _runs() == 1
    keeper.stop()
    assert wait_until(lambda: _runs() == 0, seconds=60)


def _runs() -> int:
    return [thread.name for thread in threading.enumerate()].count("caching-keeper")


def test_where_it_is_switched_off_no_thread_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper()

    keeper.start_once()

    assert keeper._pid == 0
