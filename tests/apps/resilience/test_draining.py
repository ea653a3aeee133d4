"""Drains: what is due is sent and settled, until nothing is left or the time is over."""

from collections.abc import Sequence

import pytest
from django.db import OperationalError
from typing_extensions import override

from apps.resilience import draining
from apps.resilience.services import Courier, drain, record_all

Done = Sequence[tuple[int, str | None]]


class _Courier(Courier[int, str]):
    """Carries numbers at once."""

    @override
    def line_of(self, parcel: int) -> tuple[str, int]:
        return "", 10

    @override
    async def carry(self, parcel: int) -> str | None:
        return f"came of {parcel}"


class _Queue:
    """What is due, and what was settled."""

    def __init__(self, due: int) -> None:
        self.due = list(range(due))
        self.settled: dict[int, str | None] = {}
        self.limits: list[int] = []
        self.courier = _Courier()

    def claim(self, limit: int) -> bool:
        self.limits.append(limit)
        claimed, self.due = self.due[:limit], self.due[limit:]
        self.courier.send(claimed)
        return bool(claimed)

    def settle(self, done: Done) -> None:
        self.settled |= dict(done)

    def drain(self, *, seconds: float = 30) -> bool:
        return drain(self.courier, claim=self.claim, settle=self.settle, seconds=seconds)


def test_all_that_is_due_is_sent_and_settled() -> None:
    queue = _Queue(due=3000)

    is_more_due = queue.drain()

    assert not is_more_due
    assert queue.settled == {number: f"came of {number}" for number in range(3000)}


def test_no_more_is_claimed_at_once_and_held_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(draining, "CLAIM_AT_MOST", 4)
    monkeypatch.setattr(draining, "HOLD_AT_MOST", 6)
    monkeypatch.setattr(draining, "RECORD_AT_MOST", 1)
    queue = _Queue(due=20)

    queue.drain()

    assert queue.limits[:2] == [4, 3]
    assert max(queue.limits) == 4
    assert len(queue.settled) == 20


def test_drain_whose_time_is_over_claims_nothing_and_says_that_more_may_be_due() -> None:
    queue = _Queue(due=5)

    assert queue.drain(seconds=0)
    assert queue.limits == []


def test_drain_goes_on_while_what_it_claims_ends_without_being_sent() -> None:
    queue = _Queue(due=0)
    found = iter([True, True, False])

    is_more_due = drain(
        queue.courier, claim=lambda _limit: next(found), settle=queue.settle, seconds=30
    )

    assert not is_more_due
    assert list(found) == []


def test_replies_that_cannot_be_recorded_together_are_recorded_singly() -> None:
    recorded: list[tuple[int, str]] = []
    errors: list[Exception] = []

    def record(replied: Sequence[tuple[int, str]]) -> None:
        if (2, "hostile") in replied:
            raise ValueError("a reply nobody thought of")
        recorded.extend(replied)

    def instead(parcel: int, reply: str, error: Exception) -> str:
        errors.append(error)
        return f"unrecordable {parcel}"

    record_all([(1, "fine"), (2, "hostile"), (3, "fine")], record=record, instead=instead)

    assert recorded == [(1, "fine"), (2, "unrecordable 2"), (3, "fine")]
    assert [str(error) for error in errors] == ["a reply nobody thought of"]


def test_database_that_is_away_is_no_fault_of_a_reply() -> None:
    tries: list[int] = []

    def record(replied: Sequence[tuple[int, str]]) -> None:
        tries.append(len(replied))
        raise OperationalError

    with pytest.raises(OperationalError):
        record_all([(1, "a"), (2, "b")], record=record, instead=lambda *_: "")

    assert tries == [2]


def test_nothing_is_recorded_of_no_replies() -> None:
    record_all(
        list[tuple[int, str]](), record=lambda _: pytest.fail("recorded"), instead=lambda *_: ""
    )
