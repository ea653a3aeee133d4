"""Judging: who wins where a device's edit meets what others did meanwhile."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from apps.buildings.models import MaintenanceRequest
from apps.sync.judging import Edit, Mark, Row, judge_delete, judge_upsert
from apps.sync.ports import Column, SyncedTable
from apps.sync.types import ConflictKind, Outcome, Policy

_ME, _OTHER = 7, 5


def table(*, is_strict: bool = False) -> SyncedTable:
    """A table with a column of each policy."""
    return SyncedTable(
        name="notes",
        model=MaintenanceRequest,
        is_strict=is_strict,
        columns=tuple(Column(name=policy.value, policy=policy) for policy in Policy),
    )


def row(**facts: Any) -> Row:
    """A row at revision 5: each column was changed in revision 4, at clock 100."""
    given: dict[str, Any] = {
        "public_id": UUID(int=1),
        "scope": "building:x",
        "revision": 5,
        "state_id": None,
        "marks": {"": Mark(1, 50), **{policy.value: Mark(4, 100) for policy in Policy}},
        "record": {policy.value: "old" for policy in Policy},
    }
    return Row(**given | facts)


def edit(base_revision: int | None, clock: int = 200, **values: Any) -> Edit:
    """My edit."""
    return Edit(state_id=_ME, clock=clock, base_revision=base_revision, values=values)


def test_edit_that_knows_the_row_is_written() -> None:
    verdict = judge_upsert(table(), row(), edit(5, manual="new"))

    assert (verdict.outcome, verdict.columns) == (Outcome.APPLIED, ("manual",))


def test_edit_of_a_known_version_is_later_than_it_however_its_clock_goes() -> None:
    verdict = judge_upsert(table(), row(), edit(5, clock=1, last_write_wins="new"))

    assert (verdict.outcome, verdict.clock) == (Outcome.APPLIED, 101)


def test_what_is_there_already_is_nothing_to_do() -> None:
    verdict = judge_upsert(table(), row(), edit(5, manual="old"))

    assert (verdict.outcome, verdict.columns) == (Outcome.IGNORED, ())


def test_edits_of_different_columns_are_merged() -> None:
    marks = {"": Mark(1, 50), "manual": Mark(4, 100)}
    verdict = judge_upsert(table(), row(marks=marks), edit(3, last_write_wins="new"))

    assert (verdict.outcome, verdict.columns) == (Outcome.MERGED, ("last_write_wins",))


@pytest.mark.parametrize(
    ("clock", "author", "is_mine"),
    [
        pytest.param(101, 0, True, id="later"),
        pytest.param(99, 0, False, id="earlier"),
        pytest.param(100, _OTHER, True, id="equal, and mine is the greater device"),
        pytest.param(100, 9, False, id="equal, and theirs is the greater device"),
    ],
)
def test_last_write_wins(clock: int, author: int, is_mine: bool) -> None:
    marks = {"": Mark(1, 50), "last_write_wins": Mark(4, 100, author)}
    verdict = judge_upsert(table(), row(marks=marks), edit(3, clock=clock, last_write_wins="new"))

    assert verdict.outcome is Outcome.MERGED
    assert verdict.columns == (("last_write_wins",) if is_mine else ())
    assert verdict.lost == (() if is_mine else ("last_write_wins",))
    assert verdict.conflict is (None if is_mine else ConflictKind.EDIT_EDIT)


@pytest.mark.parametrize(
    ("policy", "columns", "lost", "held"),
    [
        (Policy.SERVER_WINS, (), ("server_wins",), ()),
        (Policy.MERGE, ("merge",), (), ()),
        (Policy.MANUAL, (), (), ("manual",)),
    ],
)
def test_other_policies_do_not_ask_the_clock(
    policy: Policy, columns: tuple[str, ...], lost: tuple[str, ...], held: tuple[str, ...]
) -> None:
    for clock in (1, 1000):
        verdict = judge_upsert(table(), row(), edit(3, clock=clock, **{policy.value: "new"}))

        assert (verdict.columns, verdict.lost, verdict.held) == (columns, lost, held)


def test_column_that_is_held_keeps_no_other_back() -> None:
    verdict = judge_upsert(table(), row(), edit(3, manual="new", merge="new"))

    assert (verdict.outcome, verdict.columns) == (Outcome.CONFLICT, ("merge",))
    assert verdict.held == ("manual",)


def test_strict_table_takes_no_edit_beside_another() -> None:
    marks = {"": Mark(1, 50), "manual": Mark(4, 100)}
    verdict = judge_upsert(table(is_strict=True), row(marks=marks), edit(3, merge="new"))

    assert (verdict.outcome, verdict.columns, verdict.held) == (Outcome.CONFLICT, (), ("merge",))


def test_what_a_row_shows_of_another_is_no_edit_of_it() -> None:
    borrowed = Column(name="author", source="author__name", policy=Policy.MANUAL)
    marks = {"": Mark(1, 50), "author": Mark(4, 100)}
    strict = replace(table(is_strict=True), columns=(*table().columns, borrowed))

    edited = judge_upsert(strict, row(marks=marks), edit(3, merge="new"))
    deleted = judge_delete(strict, row(marks=marks), edit(3))

    # Its client is to hear how the row looks now.
    assert (edited.outcome, edited.columns) == (Outcome.MERGED, ("merge",))
    assert (deleted.outcome, deleted.conflict) == (Outcome.APPLIED, None)


def test_what_this_device_wrote_is_no_edit_of_others() -> None:
    wrote_all = judge_upsert(table(), row(state_id=_ME), edit(3, manual="new"))
    marks = {"": Mark(1, 50), "manual": Mark(4, 100, _ME)}
    wrote_that = judge_upsert(table(), row(marks=marks), edit(3, manual="new"))

    assert wrote_all.outcome is wrote_that.outcome is Outcome.APPLIED


def test_open_conflict_holds_its_columns_until_it_is_decided() -> None:
    verdict = judge_upsert(table(), row(frozen=("merge",)), edit(5, merge="new"))

    assert (verdict.outcome, verdict.held) == (Outcome.CONFLICT, ("merge",))


def test_checkpoint_that_shows_the_row_stands_for_its_revision() -> None:
    seen = judge_upsert(table(), row(is_known=True), edit(None, manual="new"))
    unseen = judge_upsert(table(), row(is_known=False), edit(None, manual="new"))

    assert (seen.outcome, unseen.outcome) == (Outcome.APPLIED, Outcome.CONFLICT)


def test_deletion_of_a_known_row_is_done() -> None:
    assert judge_delete(table(), row(), edit(5)).outcome is Outcome.APPLIED


def test_deletion_wins_over_edits_and_says_which() -> None:
    marks = {"": Mark(1, 50), "merge": Mark(4, 100)}
    verdict = judge_delete(table(), row(marks=marks), edit(3))

    assert (verdict.outcome, verdict.lost) == (Outcome.APPLIED, ("merge",))
    assert verdict.conflict is ConflictKind.DELETE_EDITED


@pytest.mark.parametrize("is_strict", [False, True])
def test_deletion_waits_where_somebody_has_to_decide(is_strict: bool) -> None:
    marks = {"": Mark(1, 50), ("merge" if is_strict else "manual"): Mark(4, 100)}
    verdict = judge_delete(table(is_strict=is_strict), row(marks=marks), edit(3))

    assert (verdict.outcome, verdict.conflict) == (Outcome.CONFLICT, ConflictKind.DELETE_EDITED)


def test_deletion_that_names_no_base_is_meant() -> None:
    assert judge_delete(table(), row(), edit(None)).outcome is Outcome.APPLIED
