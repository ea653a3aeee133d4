"""The rows of a batch: locked and read at its beginning, read again where it has written them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from apps.sync.models import SyncConflict
from apps.sync.ports import SyncedTable, tables
from apps.sync.services.holding import (
    Buried,
    Held,
    Name,
    lock_rows,
    read_buried,
    read_references,
    read_rows,
    references_of,
    referred_in,
)
from apps.sync.services.recording import open_conflicts
from apps.sync.services.settling import name_rows
from apps.sync.types import Caller, Change


class Rows:
    """What the operations of one device touch and refer to; within a transaction."""

    def __init__(
        self,
        caller: Caller,
        changes: Sequence[Change],
        *,
        snapshot: str | None,
        knows_graves: bool,
    ) -> None:
        """Lock and read them; see `Batch` for what is meant by the rest."""
        self._caller = caller
        self._snapshot = snapshot
        self._rows: dict[Name, Held | None] = {}
        self._public_ids: dict[Name, UUID] = {}
        self._made: dict[str, dict[UUID, tuple[str, int]]] = {}
        self._buried: dict[Name, Buried] = {}
        self._references = {table.name: references_of(table) for table in tables}
        lock_rows(changes, self._references)
        self._read(changes)
        missing = [name for name, held in self._rows.items() if held is None]
        if missing and knows_graves:
            self._buried = read_buried(caller, missing)
        self._open = open_conflicts(caller.state_id, [record_id for _, record_id in self._rows])

    def row(self, name: Name) -> Held | None:
        """Return a row as it is now, or None."""
        if name not in self._rows:
            self.name_made()
            self._read_rows(name[0], [name[1]])
        held = self._rows[name]
        conflict = self._open.get(name)
        if held is None or conflict is None:
            return held
        return replace(held, row=replace(held.row, frozen=conflict.fields))

    def shown(self, name: Name) -> Held | None:
        """Return a row as it is now, if the caller sees it."""
        held = self.row(name)
        return held if held is not None and held.is_visible else None

    def known(self, name: Name) -> Held | None:
        """Return a row as it was read last, unless it has been written since."""
        return self._rows.get(name)

    def buried(self, name: Name) -> Buried | None:
        """Return what is known of a row that is gone for good."""
        return self._buried.get(name)

    def conflict(self, name: Name) -> SyncConflict | None:
        """Return the device's open conflict over a row."""
        return self._open.get(name)

    def target(self, table: SyncedTable, column: str) -> SyncedTable:
        """Return the table that a reference points into."""
        return self._references[table.name][column]

    def public_id(self, name: Name) -> UUID | None:
        """Return the public id of a row that was referred to, if the caller sees it."""
        return self._public_ids.get(name)

    def is_changed_meanwhile(self) -> bool:
        """Tell whether others changed any of the rows after the client's checkpoint."""
        return any(
            held.is_visible and not held.row.is_known and held.row.state_id != self._caller.state_id
            for held in self._rows.values()
            if held is not None
        )

    def note_made(self, name: Name, public_id: UUID, clock: int) -> None:
        """Note that a row was made, which is still without its name and its edit's clock."""
        self._made.setdefault(name[0], {})[public_id] = (name[1], clock)
        self._public_ids[name] = public_id
        self._rows.pop(name, None)

    def note_written(self, name: Name) -> None:
        """Note that a row is another now."""
        self._rows.pop(name, None)

    def note_deleted(self, name: Name, scope: str) -> None:
        """Note that a row is gone."""
        self._rows[name] = None
        self._public_ids.pop(name, None)
        self._buried[name] = Buried(scope=scope, was_visible=True)

    def note_conflict(self, name: Name, conflict: SyncConflict) -> None:
        """Note that a conflict over a row waits."""
        self._open[name] = conflict

    def name_made(self) -> None:
        """Give the rows that were made their names. Raises IntegrityError where one is taken."""
        for table_name, made in self._made.items():
            name_rows(_table(table_name), made)
        self._made.clear()

    def _read(self, changes: Sequence[Change]) -> None:
        touched: dict[str, set[str]] = {}
        for change in changes:
            touched.setdefault(change.table, set()).add(change.record_id)
        for table_name, ids in touched.items():
            self._read_rows(table_name, ids)
        for table_name, ids in referred_in(changes, self._references).items():
            found = read_references(self._caller, _table(table_name), ids)
            self._public_ids |= {(table_name, sync_id): found[sync_id] for sync_id in found}

    def _read_rows(self, table_name: str, ids: Collection[str]) -> None:
        found: Mapping[str, Any] = read_rows(
            self._caller, _table(table_name), ids, snapshot=self._snapshot
        )
        for record_id in ids:
            self._rows[table_name, record_id] = found.get(record_id)


def _table(name: str) -> SyncedTable:
    table = tables.get(name)
    assert table is not None, "Only operations on synced tables come here."
    return table
