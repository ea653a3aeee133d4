"""The batch: operations of one device, carried out one after the other in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from apps.kernel.errors import AppError, Invalid, NotFound, Unavailable
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
from apps.sync.ports import Column, SyncedTable, tables
from apps.sync.services.answering import Beliefs, Done, answers_to
from apps.sync.services.holding import Buried, Held, Name, is_nameable
from apps.sync.services.recording import keep_decision, open_conflict
from apps.sync.services.rows import Rows
from apps.sync.services.runs import Runs
from apps.sync.services.settling import sign_with, stamp_with
from apps.sync.types import Caller, Change, ConflictKind, Kind, Operation, Outcome, Result


class Batch:
    """Operations, the rows they touch, and what becomes of them; within a transaction."""

    def __init__(
        self,
        caller: Caller,
        changes: Sequence[Change],
        *,
        snapshot: str | None = None,
        offset_ms: int = 0,
        mends: bool = False,
        trusts: bool = False,
        waiting: Collection[Name] = (),
        knows_graves: bool = True,
    ) -> None:
        """Lock and read what the operations touch.

        ``snapshot`` is that of the client's checkpoint: "" if it is not kept any more, None
        without one. ``offset_ms`` corrects the device's clock. See `cleaning.cleaned` for
        ``mends``, `Runs` for ``trusts``. ``waiting`` are rows for which earlier operations wait.
        Without ``knows_graves`` what is gone may be made again.
        """
        self._caller = caller
        self._has_checkpoint = snapshot is not None
        self._offset_ms = offset_ms
        self._mends = mends
        self._server_ms = now_ms()
        self._waiting = set(waiting)
        self._beliefs = Beliefs()
        sign_with(caller.state_id or None)
        known = [change for change in changes if is_nameable(change)]
        self._rows = Rows(caller, known, snapshot=snapshot, knows_graves=knows_graves)
        self._runs = Runs(caller.user_id, self._rows, trusts=trusts)

    def is_changed_meanwhile(self) -> bool:
        """Tell whether others changed any of the rows after the client's checkpoint."""
        return self._rows.is_changed_meanwhile()

    def carry_out(self, change: Change) -> Done:
        """Judge an operation and do what is to be done; whatever refuses it leaves no trace."""
        try:
            return self.done(change)
        except Unavailable as refusal:
            self._waiting.add((change.table, change.record_id))
            return self._refused(change, Outcome.QUEUED, refusal)
        except AppError as refusal:
            return self._refused(change, Outcome.REJECTED, refusal)

    def done(self, change: Change) -> Done:
        """Judge an operation and do what is to be done. Raises what refuses it."""
        table, name = _table(change), (change.table, change.record_id)
        if name in self._waiting:
            raise Unavailable("An earlier operation on this row waits.")
        held = self._row(name)
        if change.operation is Operation.DELETE:
            return self._delete(table, change, held)
        if held is None:
            return self._create(table, change)
        if not held.is_visible:
            raise NotFound
        return self._update(table, change, held.row)

    def left(self, change: Change) -> Done:
        """Leave a row as it is, and show it to whoever sees it."""
        is_shown = self._is_shown((change.table, change.record_id))
        return Done(change=change, outcome=Outcome.IGNORED, is_shown=is_shown)

    def finish(self) -> None:
        """Write what waits to be written with others. Raises as the writes themselves do."""
        self._runs.finish()

    def settle(self, done: Sequence[Done]) -> list[Result]:
        """Name what was made, note what the device has, and return the answers; after `finish`."""
        stamp_with(None)
        sign_with(None)
        self._rows.name_made()
        return answers_to(
            self._caller, done, self._beliefs, self._rows, has_checkpoint=self._has_checkpoint
        )

    def waiting_change(self, change: Change) -> Change:
        """Return an operation so that it can be tried again without the client."""
        held = self._row((change.table, change.record_id))
        base = change.base_revision
        if base is None and held is not None and held.row.is_known is not None:
            base = held.row.revision if held.row.is_known else 0
        # Nothing that the database could not keep.
        values = cleaned(_table(change), change.values, is_new=True, mends=True).values
        return replace(change, values=values, base_revision=base, clock=self._clock_of(change))

    def _create(self, table: SyncedTable, change: Change) -> Done:
        name = (change.table, change.record_id)
        buried = self._rows.buried(name)
        if buried is not None:
            return self._keep_edit_of_buried(table, change, buried)
        new = cleaned(table, change.values, is_new=True, mends=self._mends)
        new.refuse_flaws()
        values = self._for_writer(table, new.values)
        self._runs.create(table, name, values, self._clock_of(change))
        self._beliefs.begin(name, {"id": change.record_id, **change.values})
        return Done(change=change, outcome=Outcome.APPLIED, is_shown=True, has_written=True)

    def _update(self, table: SyncedTable, change: Change, row: Row) -> Done:
        name = (change.table, change.record_id)
        edit = self._edit(change)
        self._beliefs.begin(name, None if has_changed_meanwhile(row, edit) else row.record)
        self._beliefs.edit(name, change.values)
        edit = replace(edit, values=self._edited(table, change, row))
        verdict = judge_upsert(table, row, edit)
        if verdict.columns:
            wanted = {column: edit.values[column] for column in verdict.columns}
            values = self._for_writer(table, wanted)
            self._runs.update(table, name, row.public_id, values, verdict.clock)
        return Done(
            change=change,
            outcome=verdict.outcome,
            conflict_id=self._kept(change, row, verdict, edit.values),
            is_shown=True,
            has_written=bool(verdict.columns),
        )

    def _delete(self, table: SyncedTable, change: Change, held: Held | None) -> Done:
        if held is None or not held.is_visible:
            # For those who do not see it, a row is not there.
            return Done(change=change, outcome=Outcome.IGNORED)
        row, name = held.row, (change.table, change.record_id)
        verdict = judge_delete(table, row, self._edit(change))
        is_done = verdict.outcome is Outcome.APPLIED
        self._beliefs.forget(name)
        if is_done:
            self._runs.delete(table, row.public_id, verdict.clock)
            self._rows.note_deleted(name, row.scope)
        return Done(
            change=change,
            outcome=verdict.outcome,
            conflict_id=self._kept(change, row, verdict, {}),
            is_shown=True,
            has_written=is_done,
        )

    def _keep_edit_of_buried(self, table: SyncedTable, change: Change, buried: Buried) -> Done:
        if not buried.was_visible:
            raise NotFound
        name = (change.table, change.record_id)
        conflict = open_conflict(
            self._caller,
            change,
            ConflictKind.EDIT_DELETED,
            known=self._rows.conflict(name),
            scope=buried.scope,
            mine=cleaned(table, change.values, is_new=True, mends=True).values,
            theirs=None,
            revision=None,
        )
        self._rows.note_conflict(name, conflict)
        return Done(change=change, outcome=Outcome.CONFLICT, conflict_id=conflict.public_id)

    def _kept(
        self, change: Change, row: Row, verdict: Verdict, values: Mapping[str, Any]
    ) -> UUID | None:
        """Keep what was decided against the client, and what waits for a decision."""
        kept = None
        if verdict.lost or verdict.held:
            # It is told after what was written.
            self._runs.finish()
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
            name = (change.table, change.record_id)
            conflict = open_conflict(
                self._caller,
                change,
                kind,
                known=self._rows.conflict(name),
                scope=row.scope,
                mine={column: values[column] for column in verdict.held if column in values},
                theirs=row.record,
                revision=row.revision,
            )
            self._rows.note_conflict(name, conflict)
            kept = conflict.public_id
        return kept

    def _refused(self, change: Change, outcome: Outcome, refusal: AppError) -> Done:
        name = (change.table, change.record_id)
        return Done(
            change=change,
            outcome=outcome,
            code=refusal.code,
            reason=refusal.detail or refusal.title,
            is_shown=is_nameable(change) and self._is_shown(name),
        )

    def _row(self, name: Name) -> Held | None:
        """Return a row as it is now, or None."""
        if self._runs.is_about(name):
            self._runs.finish()
        return self._rows.row(name)

    def _is_shown(self, name: Name) -> bool:
        """Tell whether the caller sees a row."""
        held = self._row(name)
        return held is not None and held.is_visible

    def _edit(self, change: Change) -> Edit:
        return Edit(
            state_id=self._caller.state_id,
            clock=self._clock_of(change),
            base_revision=change.base_revision,
        )

    def _edited(self, table: SyncedTable, change: Change, row: Row) -> dict[str, Any]:
        """Return the cleaned values of a row that exists, of which some columns are fixed."""
        new = cleaned(table, change.values, is_new=False, mends=self._mends)
        new.refuse_flaws()
        for column in table.columns:
            if column.is_fixed and column.name in new.values:
                value = new.values.pop(column.name)
                if value != row.record[column.name] and not self._mends:
                    raise UnknownColumn(f"{column.name!r} of a row that is there stays.")
        return new.values

    def _for_writer(self, table: SyncedTable, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            column.name: (
                self._referred(table, column, values[column.name])
                if column.kind is Kind.REFERENCE
                else for_writer(column, values[column.name])
            )
            for column in table.columns
            if column.name in values
        }

    def _referred(self, table: SyncedTable, column: Column, record_id: str | None) -> UUID | None:
        if record_id is None:
            return None
        name = (self._rows.target(table, column.name).name, record_id)
        if name in self._waiting:
            raise Unavailable("The row that it refers to waits.")
        if self._runs.is_about(name):
            self._runs.finish()
        found = self._rows.public_id(name)
        if found is None and not (self._mends and column.is_optional):
            raise Invalid.naming((column.name, "There is no such row."))
        return found

    def _clock_of(self, change: Change) -> int:
        return corrected(change.clock, offset_ms=self._offset_ms, server_ms=self._server_ms)


def _table(change: Change) -> SyncedTable:
    table = tables.get(change.table)
    if table is None:
        raise UnknownTable(f"No table {change.table!r} is synced.")
    if not is_nameable(change):
        raise Invalid.naming(("id", "Use 1 to 36 letters, digits and -._ only."))
    return table
