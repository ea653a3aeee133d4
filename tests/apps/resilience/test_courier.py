"""Couriers: every parcel comes back, few of a line go at once, and no line waits for another."""

import asyncio
from collections import Counter

import pytest
from typing_extensions import override

from apps.kernel.context import Context, bound, current
from apps.resilience.services import Courier, run_outbound
from devstack.waiting import wait_until

AT_ONCE = 3


class _Courier(Courier[str, str]):
    """Carries words: "LINE-…"; a line that is closed off hangs until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.under_way = Counter[str]()
        self.carried: list[str] = []
        self._gates: dict[str, asyncio.Event] = {}
        self.pauses: dict[str, float] = {}
        self.were_cancelled = 0

    def close_off(self, line: str) -> None:
        self._gates[line] = asyncio.Event()

    def open(self, line: str) -> None:
        async def opening() -> None:
            self._gates.pop(line).set()

        run_outbound(opening()).result(timeout=5)

    @override
    def line_of(self, parcel: str) -> tuple[str, int]:
        return parcel[0], AT_ONCE

    @override
    def pause_before(self, parcel: str) -> float:
        return self.pauses.get(parcel, 0.0)

    @override
    async def carry(self, parcel: str) -> str | None:
        self.under_way[parcel[0]] += 1
        try:
            if gate := self._gates.get(parcel[0]):
                await gate.wait()
        except asyncio.CancelledError:
            self.were_cancelled += 1
            raise
        self.under_way[parcel[0]] -= 1
        self.carried.append(parcel)
        return None if parcel.endswith("left") else current().correlation_id


def _collect(courier: _Courier, count: int) -> dict[str, str | None]:
    done: dict[str, str | None] = {}
    while len(done) < count:
        done |= dict(courier.collect(wait_seconds=5, gather_seconds=0, most=count))
    return done


def test_every_parcel_comes_back_with_its_reply_or_with_none() -> None:
    with _Courier() as courier, bound(Context(correlation_id="of-the-sender")):
        courier.send(["a-1", "b-1", "a-left"])
        held = courier.held

        done = _collect(courier, 3)

    assert done == {"a-1": "of-the-sender", "b-1": "of-the-sender", "a-left": None}
    assert (held, courier.held) == (3, 0)


def test_no_more_of_a_line_are_under_way_than_it_takes_at_once() -> None:
    with _Courier() as courier:
        courier.close_off("a")
        courier.send([f"a-{number}" for number in range(AT_ONCE + 4)])

        assert wait_until(lambda: courier.under_way["a"] == AT_ONCE, seconds=10)
        assert courier.collect(wait_seconds=0.05, gather_seconds=0, most=1) == []
        assert courier.under_way["a"] == AT_ONCE

        courier.open("a")
        assert len(_collect(courier, AT_ONCE + 4)) == AT_ONCE + 4


def test_line_that_hangs_holds_up_no_other() -> None:
    with _Courier() as courier:
        courier.close_off("a")
        courier.send([f"a-{number}" for number in range(10)])
        courier.send([f"b-{number}" for number in range(10)])

        assert set(_collect(courier, 10)) == {f"b-{number}" for number in range(10)}


def test_line_is_carried_in_order() -> None:
    parcels = [f"a-{number}" for number in range(50)]
    with _Courier() as courier:
        courier.send(parcels)
        _collect(courier, 50)

    assert courier.carried == parcels


def test_parcel_joins_its_line_after_its_pause() -> None:
    with _Courier() as courier:
        courier.pauses["a-late"] = 0.05
        courier.send(["a-late", "a-1", "a-2"])
        _collect(courier, 3)

    assert courier.carried == ["a-1", "a-2", "a-late"]


def test_closed_courier_begins_nothing_more_and_ends_what_is_under_way() -> None:
    with _Courier() as courier:
        courier.close_off("a")
        courier.send([f"a-{number}" for number in range(AT_ONCE + 2)])
        assert wait_until(lambda: courier.under_way["a"] == AT_ONCE, seconds=10)

        courier.close()
        courier.open("a")
        done = _collect(courier, AT_ONCE + 2)

    assert len(courier.carried) == AT_ONCE
    assert list(done.values()).count(None) == 2


def test_what_is_under_way_when_the_drain_breaks_off_is_cancelled() -> None:
    courier = _Courier()
    courier.close_off("a")

    with pytest.raises(RuntimeError):
        _broken_off(courier)

    assert courier.were_cancelled == 2


def _broken_off(courier: _Courier) -> None:
    with courier:
        courier.send(["a-1", "a-2"])
        assert wait_until(lambda: courier.under_way["a"] == 2, seconds=10)
        raise RuntimeError("the database went away")


def test_no_more_are_collected_than_asked_for() -> None:
    with _Courier() as courier:
        courier.send([f"a-{number}" for number in range(10)])
        assert wait_until(lambda: len(courier.carried) == 10, seconds=10)

        done = courier.collect(wait_seconds=5, gather_seconds=0, most=4)

        assert (len(done), courier.held) == (4, 6)
