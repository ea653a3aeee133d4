"""Answering: after the operations, what the client has of a row is held against how it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.sync.ports import SyncedTable, tables
from apps.sync.services.holding import Name
from apps.sync.services.rows import Rows
from apps.sync.services.settling import own_rows, send_again, standing
from apps.sync.types import Caller, Change, Outcome, Result

FIRST_RETRY_SECONDS = 30
# The state of a caller who decides a conflict at no device.
NO_DEVICE = 0

# By row: its revision and its values, as they are now.
_Standing = Mapping[Name, tuple[int, Mapping[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of an operation, before the rows are read again."""

    change: Change
    outcome: Outcome
    code: str = ""
    reason: str = ""
    conflict_id: UUID | None = None
    # There is a row that the caller may see.
    is_shown: bool = False
    has_written: bool = False

    @property
    def name(self) -> Name:
        """The row that it was about."""
        return self.change.table, self.change.record_id


class Beliefs:
    """What the client has of each row, once it has been told that its operations were done."""

    def __init__(self) -> None:
        self._beliefs: dict[Name, dict[str, Any] | None] = {}

    def begin(self, name: Name, record: Mapping[str, Any] | None) -> None:
        """Note what it had before its first edit; None where that is not known."""
        self._beliefs.setdefault(name, None if record is None else dict(record))

    def edit(self, name: Name, values: Mapping[str, Any]) -> None:
        """Note what it has written, whether or not that was taken."""
        belief = self._beliefs.get(name)
        if belief is not None:
            belief.update(values)

    def forget(self, name: Name) -> None:
        """Note that it has the row no more."""
        self._beliefs[name] = None

    def is_about(self, name: Name) -> bool:
        """Tell whether it has edited the row."""
        return name in self._beliefs

    def is_right(self, name: Name, record: Mapping[str, Any]) -> bool:
        """Tell whether it has exactly this."""
        return self._beliefs.get(name) == record


def answers_to(
    caller: Caller, done: Sequence[Done], beliefs: Beliefs, rows: Rows, *, has_checkpoint: bool
) -> list[Result]:
    """Note which rows the device has exactly, and return what it is told of each operation."""
    now: dict[Name, tuple[int, Mapping[str, Any]]] = {}
    for table_name, names in _by_table(done).items():
        now |= _standing_in(table_name, names)
    wrote = {each.name for each in done if each.has_written}
    right = {name for name, (_, record) in now.items() if beliefs.is_right(name, record)}
    if caller.state_id != NO_DEVICE:
        for table_name, names in _in_tables(right & wrote).items():
            own_rows(_synced(table_name), caller.state_id, names)
    if has_checkpoint:
        stale = {name for name in now.keys() - right - wrote if _is_held_back(name, beliefs, rows)}
        for table_name, names in _in_tables(stale).items():
            send_again(_synced(table_name), names)
    return [_result(each, now, has_right=each.name in right) for each in done]


def _standing_in(table_name: str, ids: Sequence[str]) -> _Standing:
    found = standing(_synced(table_name), ids)
    return {(table_name, record_id): found[record_id] for record_id in found}


def _is_held_back(name: Name, beliefs: Beliefs, rows: Rows) -> bool:
    """Tell whether the client has another row than we, and its next pull would not bring ours."""
    held = rows.known(name)
    return held is not None and bool(held.row.is_known) and beliefs.is_about(name)


def _result(done: Done, now: _Standing, *, has_right: bool) -> Result:
    shown = now.get(done.name) if done.is_shown else None
    is_queued = done.outcome is Outcome.QUEUED
    return Result(
        op_id=done.change.op_id,
        outcome=done.outcome,
        revision=shown[0] if shown else None,
        record=shown[1] if shown and not has_right and not is_queued else None,
        code=done.code,
        reason=done.reason,
        conflict_id=done.conflict_id,
        retry_after_seconds=FIRST_RETRY_SECONDS if is_queued else None,
    )


def _by_table(done: Sequence[Done]) -> dict[str, list[str]]:
    return _in_tables({each.name for each in done if each.is_shown})


def _in_tables(names: "set[Name]") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table_name, record_id in sorted(names):
        found.setdefault(table_name, []).append(record_id)
    return found


def _synced(table_name: str) -> SyncedTable:
    table = tables.get(table_name)
    assert table is not None, "Rows that are shown are of synced tables."
    return table
