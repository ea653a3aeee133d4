"""The batch: operations of one device, carried out one after the other in one transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, OperationalError

from apps.kernel.errors import AppError, Conflict, Invalid, NotFound, Unavailable
from apps.kernel.transactions import whole
from apps.sync.cleaning import cleaned, for_writer
from apps.sync.clocks import corrected, now_ms
from apps.sync.errors import UnknownColumn, UnknownTable
from apps.sync.judging import (
    Edit,
    Row,
    Verdict,
    has_changed_meanwhile,
    judge_delete,
    judge_upsert,
)
from apps.sync.ports import SyncedTable, tables
from apps.sync.services.holding import (
    Buried,
    Held,
    Name,
    is_nameable,
    is_record_id,
    lock_rows,
    read_buried,
    read_references,
    read_rows,
    target_of,
)
from apps.sync.services.locking import sqlstate_of
from apps.sync.services.recording import keep_decision, open_conflict, open_conflicts
from apps.sync.services.settling import (
    name_rows,
    own_rows,
    send_again,
    sign_with,
    stamp_with,
    standing,
)
from apps.sync.types import (
    Caller,
    Change,
    ConflictKind,
    Kind,
    Operation,
    Outcome,
    Result,
)

FIRST_RETRY_SECONDS = 30
# The state of a caller who decides a conflict at no device.
NO_DEVICE = 0
# What ends one operation and not the push: a lock that does not come, a statement that lasts.
_TRANSIENT = frozenset({"55P03", "57014"})


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of an operation, before the rows are read again."""

    change: Change
    outcome: Outcome
    code: str = ""
    reason: str = ""
    conflict_id: UUID | None = None
    # Of the row it met; 0 of one that it made, None where there is none to show.
    from_revision: int | None = None
    has_written: bool = False


class Batch:
    """The rows that operations touch, and what becomes of them; within a transaction."""

    def __init__(
        self,
        caller: Caller,
        changes: Sequence[Change],
        *,
        snapshot: str | None = None,
        offset_ms: int = 0,
        mends: bool = False,
        waiting: Collection[Name] = (),
        knows_graves: bool = True,
    ) -> None:
        """Lock and read what the operations touch.

        ``snapshot`` is that of the client's checkpoint: "" if it is not kept any more, None
        without one. ``offset_ms`` corrects the device's clock. ``waiting`` are rows for which
        earlier operations wait. Without ``knows_graves`` what is gone may be made again.
        """
        self._caller = caller
        self._snapshot = snapshot
        self._offset_ms = offset_ms
        self._mends = mends
        self._server_ms = now_ms()
        self._rows: dict[Name, Held | None] = {}
        self._public_ids: dict[Name, UUID] = {}
        self._made: dict[str, dict[UUID, str]] = {}
        # What the client has of a row; None where that cannot be known.
        self._expected: dict[Name, dict[str, Any] | None] = {}
        self._waiting = set(waiting)
        self._knows_graves = knows_graves
        sign_with(caller.state_id or None)
        known = [change for change in changes if is_nameable(change)]
        lock_rows(known)
        self._read(known)

    def is_changed_meanwhile(self) -> bool:
        """Tell whether others changed any of the rows after the client's checkpoint."""
        return any(
            held.is_visible and not held.row.is_known and held.row.state_id != self._caller.state_id
            for held in self._rows.values()
            if held is not None
        )

    def carry_out(self, change: Change) -> Done:
        """Judge an operation and do what is to be done; whatever refuses it leaves no trace."""
        name = (change.table, change.record_id)
        try:
            return self.done(change)
        except Unavailable as refusal:
            self._waiting.add(name)
            return self._refused(change, Outcome.QUEUED, refusal)
        except AppError as refusal:
            return self._refused(change, Outcome.REJECTED, refusal)

    def left(self, change: Change) -> Done:
        """Leave a row as it is, and show it to whoever sees it."""
        held = self._row((change.table, change.record_id))
        is_shown = held is not None and held.is_visible
        return Done(
            change=change,
            outcome=Outcome.IGNORED,
            from_revision=held.row.revision if held and is_shown else None,
        )

    def settle(self, done: Sequence[Done]) -> list[Result]:
        """Name what was made, note what the device has, and return the answers."""
        stamp_with(None)
        sign_with(None)
        self._name_made()
        now: dict[Name, tuple[int, Mapping[str, Any]]] = {}
        for table_name, names in _by_table(done).items():
            table = tables.get(table_name)
            if table is not None:
                found = standing(table, [record_id for _, record_id in names])
                now.update({(table_name, record_id): row for record_id, row in found.items()})
                self._mark(table, names, now, [each for each in done if each.has_written])
        return [self._result(each, now) for each in done]

    def waiting_change(self, change: Change) -> Change:
        """Return an operation so that it can be tried again without the client."""
        held = self._row((change.table, change.record_id))
        base = change.base_revision
        if base is None and held is not None and held.row.is_known is not None:
            base = held.row.revision if held.row.is_known else 0
        # Nothing that the database could not keep.
        values = cleaned(_table(change), change.values, is_new=True, mends=True).values
        return replace(change, values=values, base_revision=base, clock=self._clock_of(change))

    def _read(self, changes: Sequence[Change]) -> None:
        touched: dict[str, set[str]] = {}
        referred: dict[str, set[str]] = {}
        for change in changes:
            touched.setdefault(change.table, set()).add(change.record_id)
            for name, value in change.values.items():
                target = target_of(_table(change), name)
                if target and is_record_id(value):
                    referred.setdefault(target.name, set()).add(value)
        for table_name, ids in touched.items():
            self._read_rows(table_name, ids)
        for table_name, ids in referred.items():
            table = tables.get(table_name)
            assert table is not None, "It came from the registry."
            for sync_id, public_id in read_references(self._caller, table, ids).items():
                self._public_ids[table_name, sync_id] = public_id
        missing = [name for name, held in self._rows.items() if held is None]
        self._buried: dict[Name, Buried] = (
            read_buried(self._caller, missing) if missing and self._knows_graves else {}
        )
        record_ids = [record_id for _, record_id in self._rows]
        self._open = open_conflicts(self._caller.state_id, record_ids) if record_ids else {}

    def _read_rows(self, table_name: str, ids: Collection[str]) -> None:
        table = tables.get(table_name)
        assert table is not None, "Asked before."
        found = read_rows(self._caller, table, ids, snapshot=self._snapshot)
        for record_id in ids:
            self._rows[table_name, record_id] = found.get(record_id)

    def _row(self, name: Name) -> Held | None:
        """Return a row as it is now; it is read again where this batch has written it."""
        if name not in self._rows:
            self._name_made()
            self._read_rows(name[0], [name[1]])
        held = self._rows[name]
        if held is None:
            return None
        conflict = self._open.get(name)
        return replace(held, row=replace(held.row, frozen=conflict.fields)) if conflict else held

    def done(self, change: Change) -> Done:
        """Judge an operation and do what is to be done. Raises what refuses it."""
        table = _table(change)
        if not is_nameable(change):
            raise Invalid.naming(("id", "Use 1 to 36 letters, digits and -._ only."))
        if (change.table, change.record_id) in self._waiting:
            raise Unavailable("An earlier operation on this row waits.")
        held = self._row((change.table, change.record_id))
        if change.operation is Operation.DELETE:
            return self._delete(table, change, held)
        if held is None:
            return self._create(table, change)
        if not held.is_visible:
            raise NotFound
        return self._update(table, change, held.row)

    def _create(self, table: SyncedTable, change: Change) -> Done:
        name = (change.table, change.record_id)
        buried = self._buried.get(name)
        if buried is not None:
            return self._keep_edit_of_buried(table, change, buried)
        new = cleaned(table, change.values, is_new=True, mends=self._mends)
        new.refuse_flaws()
        values = self._for_writer(table, new.values)
        public_id = self._written(
            lambda: table.writer.create(self._caller.user_id, values), self._clock_of(change)
        )
        self._made.setdefault(change.table, {})[public_id] = change.record_id
        self._public_ids[name] = public_id
        self._rows.pop(name, None)
        self._expected[name] = {"id": change.record_id, **change.values}
        return Done(change=change, outcome=Outcome.APPLIED, from_revision=0, has_written=True)

    def _update(self, table: SyncedTable, change: Change, row: Row) -> Done:
        name = (change.table, change.record_id)
        edit = self._edit(change)
        if name not in self._expected:
            self._expected[name] = None if has_changed_meanwhile(row, edit) else dict(row.record)
        expected = self._expected[name]
        if expected is not None:
            expected.update(change.values)
        edit = replace(edit, values=self._cleaned_of(table, change, row))
        verdict = judge_upsert(table, row, edit)
        if verdict.columns:
            values = self._for_writer(
                table, {column: edit.values[column] for column in verdict.columns}
            )
            self._written(
                lambda: table.writer.update(self._caller.user_id, row.public_id, values),
                verdict.clock,
            )
            self._rows.pop(name, None)
        return Done(
            change=change,
            outcome=verdict.outcome,
            conflict_id=self._kept(change, row, verdict, edit.values),
            from_revision=row.revision,
            has_written=bool(verdict.columns),
        )

    def _delete(self, table: SyncedTable, change: Change, held: Held | None) -> Done:
        if held is None or not held.is_visible:
            # For those who do not see it, a row is not there.
            return Done(change=change, outcome=Outcome.IGNORED)
        row = held.row
        edit = self._edit(change)
        verdict = judge_delete(table, row, edit)
        self._expected[change.table, change.record_id] = None
        if verdict.outcome is Outcome.APPLIED:
            self._written(
                lambda: table.writer.delete(self._caller.user_id, row.public_id), verdict.clock
            )
            self._rows[change.table, change.record_id] = None
            self._buried[change.table, change.record_id] = Buried(scope=row.scope, was_visible=True)
        return Done(
            change=change,
            outcome=verdict.outcome,
            conflict_id=self._kept(change, row, verdict, {}),
            from_revision=row.revision,
            has_written=verdict.outcome is Outcome.APPLIED,
        )

    def _keep_edit_of_buried(self, table: SyncedTable, change: Change, buried: Buried) -> Done:
        if not buried.was_visible:
            raise NotFound
        name = (change.table, change.record_id)
        wanted = cleaned(table, change.values, is_new=True, mends=True).values
        self._open[name] = open_conflict(
            self._caller,
            change,
            ConflictKind.EDIT_DELETED,
            known=self._open.get(name),
            scope=buried.scope,
            mine=wanted,
            theirs=None,
            revision=None,
        )
        return Done(
            change=change,
            outcome=Outcome.CONFLICT,
            conflict_id=self._open[name].public_id,
        )

    def _edit(self, change: Change) -> Edit:
        return Edit(
            state_id=self._caller.state_id,
            clock=self._clock_of(change),
            base_revision=change.base_revision,
        )

    def _cleaned_of(self, table: SyncedTable, change: Change, row: Row) -> dict[str, Any]:
        new = cleaned(table, change.values, is_new=False, mends=self._mends)
        new.refuse_flaws()
        for column in table.columns:
            if column.is_fixed and column.name in new.values:
                value = new.values.pop(column.name)
                if value != row.record[column.name] and not self._mends:
                    raise UnknownColumn(f"{column.name!r} of a row that is there stays.")
        return new.values

    def _for_writer(self, table: SyncedTable, values: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for column_name, value in values.items():
            column = table.column(column_name)
            assert column is not None, "It has been cleaned."
            is_reference = column.kind is Kind.REFERENCE and value is not None
            found[column_name] = (
                self._referred(table, column_name, value)
                if is_reference
                else for_writer(column, value)
            )
        return found

    def _referred(self, table: SyncedTable, column_name: str, record_id: str) -> UUID | None:
        target = target_of(table, column_name)
        assert target is not None, "References that clients write are of synced models."
        name = (target.name, record_id)
        if name in self._waiting:
            raise Unavailable("The row that it refers to waits.")
        found = self._public_ids.get(name)
        column = table.column(column_name)
        if found is None and not (self._mends and column is not None and column.is_optional):
            raise Invalid.naming((column_name, "There is no such row."))
        return found

    def _written(self, write: "Callable[[], Any]", clock: int) -> Any:
        """Let the app's services write, in a savepoint; databases' refusals become our own."""
        try:
            with whole():
                stamp_with(clock)
                return write()
        except OperationalError as error:
            if sqlstate_of(error) not in _TRANSIENT:
                raise
            raise Unavailable("Others hold what this needs.") from error
        except IntegrityError as error:
            raise Conflict("Another row stands against this.") from error
        except DataError as error:
            raise Invalid("A value does not fit.") from error

    def _kept(
        self, change: Change, row: Row, verdict: Verdict, values: Mapping[str, Any]
    ) -> UUID | None:
        """Keep what was decided against the client, and what waits for a decision."""
        kept = None
        name = (change.table, change.record_id)
        kind = verdict.conflict or ConflictKind.EDIT_EDIT
        if verdict.lost:
            kept = keep_decision(
                self._caller,
                change,
                kind,
                scope=row.scope,
                mine={column: values[column] for column in verdict.lost if column in values},
                theirs=row.record,
                revision=row.revision,
            )
        if verdict.held:
            self._open[name] = open_conflict(
                self._caller,
                change,
                kind,
                known=self._open.get(name),
                scope=row.scope,
                mine={column: values[column] for column in verdict.held if column in values},
                theirs=row.record,
                revision=row.revision,
            )
            kept = self._open[name].public_id
        return kept

    def _clock_of(self, change: Change) -> int:
        return corrected(change.clock, offset_ms=self._offset_ms, server_ms=self._server_ms)

    def _name_made(self) -> None:
        for table_name, made in self._made.items():
            table = tables.get(table_name)
            assert table is not None, "It has made rows."
            name_rows(table, made)
        self._made.clear()

    def _mark(
        self,
        table: SyncedTable,
        names: Collection[Name],
        now: Mapping[Name, tuple[int, Mapping[str, Any]]],
        written: Sequence[Done],
    ) -> None:
        wrote = {(each.change.table, each.change.record_id) for each in written}
        exact = [name for name in names if name in now and self._has_exactly(name, now[name][1])]
        if self._caller.state_id != NO_DEVICE:
            own_rows(table, self._caller.state_id, [name[1] for name in exact if name in wrote])
        if self._snapshot is not None:
            stale = [
                name[1]
                for name in names
                if name in now and name not in exact and name not in wrote and self._knows(name)
            ]
            send_again(table, stale)

    def _has_exactly(self, name: Name, record: Mapping[str, Any]) -> bool:
        return self._expected.get(name) == record

    def _knows(self, name: Name) -> bool:
        """Tell whether the next pull would not bring the row by itself."""
        held = self._rows.get(name)
        return held is not None and bool(held.row.is_known) and name in self._expected

    def _refused(self, change: Change, outcome: Outcome, refusal: AppError) -> Done:
        name = (change.table, change.record_id)
        held = self._row(name) if is_nameable(change) else None
        return Done(
            change=change,
            outcome=outcome,
            code=refusal.code,
            reason=refusal.detail or refusal.title,
            from_revision=held.row.revision if held and held.is_visible else None,
        )

    def _result(self, done: Done, now: Mapping[Name, tuple[int, Mapping[str, Any]]]) -> Result:
        name = (done.change.table, done.change.record_id)
        shown = now.get(name) if done.from_revision is not None else None
        is_queued = done.outcome is Outcome.QUEUED
        return Result(
            op_id=done.change.op_id,
            outcome=done.outcome,
            revision=shown[0] if shown else None,
            record=(
                shown[1]
                if shown and not is_queued and not self._has_exactly(name, shown[1])
                else None
            ),
            code=done.code,
            reason=done.reason,
            conflict_id=done.conflict_id,
            retry_after_seconds=FIRST_RETRY_SECONDS if is_queued else None,
        )


def _table(change: Change) -> SyncedTable:
    table = tables.get(change.table)
    if table is None:
        raise UnknownTable(f"No table {change.table!r} is synced.")
    return table


def _by_table(done: Sequence[Done]) -> dict[str, set[Name]]:
    found: dict[str, set[Name]] = {}
    for each in done:
        if each.from_revision is not None:
            name = (each.change.table, each.change.record_id)
            found.setdefault(each.change.table, set()).add(name)
    return found
