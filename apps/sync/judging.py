"""Judging: what becomes of an operation, given the row it meets. No database, no side effects."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from apps.sync.clocks import not_before, wins
from apps.sync.ports import SyncedTable
from apps.sync.types import ConflictKind, Outcome, Policy


class Mark(NamedTuple):
    """What is known of a column's last change."""

    revision: int
    clock: int
    # The device that pushed it; 0 where it was no push.
    author: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row as the server has it, locked, as far as judging needs it."""

    public_id: UUID
    scope: str
    revision: int
    # Of the device that has exactly this row.
    state_id: int | None
    # By the columns' names on the wire; "" stands for those that never changed.
    marks: Mapping[str, Mark]
    # The values as clients see them.
    record: Mapping[str, Any]
    # The client's checkpoint shows this version; None where it said none.
    is_known: bool | None = None
    # Columns that wait in an open conflict of this device.
    frozen: Collection[str] = ()

    def mark_of(self, column: str) -> Mark:
        """Return what is known of a column's last change."""
        return self.marks.get(column) or self.marks[""]


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What a client wants of a row, cleaned; its clock corrected."""

    state_id: int
    clock: int
    base_revision: int | None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is to be written, and what is not, and why."""

    outcome: Outcome
    clock: int
    # Columns to write.
    columns: tuple[str, ...] = ()
    # Columns that a policy has decided against the client.
    lost: tuple[str, ...] = ()
    # Columns that wait for somebody's decision.
    held: tuple[str, ...] = ()
    conflict: ConflictKind | None = None


def is_changed_by_others(row: Row, column: str, edit: Edit) -> bool:
    """Tell whether somebody else changed the column after what the edit began from."""
    mark = row.mark_of(column)
    if edit.state_id in (row.state_id, mark.author):
        return False
    if edit.base_revision is not None:
        return mark.revision > edit.base_revision
    # A checkpoint tells of rows, not of columns; with neither, nothing was seen.
    return not row.is_known


def has_changed_meanwhile(row: Row, edit: Edit) -> bool:
    """Tell whether somebody else changed anything of the row after what the edit began from."""
    return any(is_changed_by_others(row, column, edit) for column in row.marks)


def has_been_edited_meanwhile(table: SyncedTable, row: Row, edit: Edit) -> bool:
    """Tell whether somebody else edited the row; that what it shows of another changed is none."""
    return any(is_changed_by_others(row, name, edit) for name in _edited(table, row))


def judge_upsert(table: SyncedTable, row: Row, edit: Edit) -> Verdict:
    """Return what becomes of changed values that meet a row (contract of P23).

    Columns that nobody else has changed are written; of the others each is met by its policy.
    """
    wanted = [name for name, value in edit.values.items() if row.record[name] != value]
    met = [name for name in wanted if is_changed_by_others(row, name, edit)]
    # What it had seen is earlier, whatever its clock says; what it met is not.
    clock = not_before(edit.clock, *(row.mark_of(name).clock for name in wanted if name not in met))
    has_changed = has_changed_meanwhile(row, edit)
    if table.is_strict and wanted and has_been_edited_meanwhile(table, row, edit):
        return Verdict(
            outcome=Outcome.CONFLICT,
            clock=clock,
            held=tuple(wanted),
            conflict=ConflictKind.EDIT_EDIT,
        )
    held = [
        name
        for name in wanted
        if name in row.frozen or (name in met and table.policy_of(name) is Policy.MANUAL)
    ]
    mine = (clock, edit.state_id)
    lost = [
        name
        for name in met
        if name not in held and _is_lost(table.policy_of(name), mine, row.mark_of(name))
    ]
    written = [name for name in wanted if name not in held and name not in lost]
    return Verdict(
        outcome=_outcome(written, held, lost, has_changed=has_changed, has_wanted=bool(wanted)),
        clock=clock,
        columns=tuple(written),
        lost=tuple(lost),
        held=tuple(held),
        conflict=ConflictKind.EDIT_EDIT if held or lost else None,
    )


def judge_delete(table: SyncedTable, row: Row, edit: Edit) -> Verdict:
    """Return what becomes of a deletion: it wins over edits, but not over those held manually."""
    met = [
        name
        for name in _edited(table, row)
        if name and _has_base(row, edit) and is_changed_by_others(row, name, edit)
    ]
    if not met:
        return Verdict(outcome=Outcome.APPLIED, clock=edit.clock)
    if table.is_strict or any(table.policy_of(name) is Policy.MANUAL for name in met):
        return Verdict(
            outcome=Outcome.CONFLICT,
            clock=edit.clock,
            held=tuple(met),
            conflict=ConflictKind.DELETE_EDITED,
        )
    return Verdict(
        outcome=Outcome.APPLIED,
        clock=edit.clock,
        lost=tuple(met),
        conflict=ConflictKind.DELETE_EDITED,
    )


def _edited(table: SyncedTable, row: Row) -> list[str]:
    """Return the columns with marks whose values are the row's own."""
    borrowed = {column.name for column in table.columns if column.is_borrowed}
    return [name for name in row.marks if name not in borrowed]


def _has_base(row: Row, edit: Edit) -> bool:
    return edit.base_revision is not None or row.is_known is not None


def _is_lost(policy: Policy, mine: tuple[int, int], theirs: Mark) -> bool:
    if policy is Policy.LAST_WRITE_WINS:
        return not wins(mine, (theirs.clock, theirs.author))
    return policy is Policy.SERVER_WINS


def _outcome(
    written: Collection[str],
    held: Collection[str],
    lost: Collection[str],
    *,
    has_changed: bool,
    has_wanted: bool,
) -> Outcome:
    if held:
        return Outcome.CONFLICT
    if lost or (has_changed and written):
        return Outcome.MERGED
    if has_changed:
        return Outcome.MERGED if has_wanted else Outcome.IGNORED
    return Outcome.APPLIED if has_wanted else Outcome.IGNORED
