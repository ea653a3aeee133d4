"""Runs: writes of one kind to one table that follow each other, carried out as one."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.sync.ports import ManyWriter, SyncedTable
from apps.sync.services.holding import Name
from apps.sync.services.rows import Rows
from apps.sync.services.settling import stamped_each_with
from apps.sync.services.writing import Pen


@dataclass(frozen=True, kw_only=True)
class _Write:
    """A row to be made, or to be changed where it has a public id."""

    table: SyncedTable
    name: Name
    public_id: UUID | None
    values: Mapping[str, Any]
    clock: int


class Runs:
    """Writes by the services of apps; if it trusts, many by one call where their app offers that.

    A run waits until a write of another kind, of a row that it has written already, or `finish`.
    Nobody may read what it `is_about` meanwhile. Most pushes are of few kinds of operations, and
    what a short write costs is mostly its statements' coming and going.
    """

    def __init__(self, user_id: int, rows: Rows, *, trusts: bool) -> None:
        """See `Pen` for ``trusts``."""
        self._user_id = user_id
        self._rows = rows
        self._trusts = trusts
        self._pen = Pen(trusts=trusts)
        self._run: dict[Name, _Write] = {}
        self._take_many: dict[str, bool] = {}

    def create(self, table: SyncedTable, name: Name, values: Mapping[str, Any], clock: int) -> None:
        """Make a row. Raises as the pen does, also for those that waited."""
        self._add(_Write(table=table, name=name, public_id=None, values=values, clock=clock))

    def update(
        self,
        table: SyncedTable,
        name: Name,
        public_id: UUID,
        values: Mapping[str, Any],
        clock: int,
    ) -> None:
        """Change a row. Raises as the pen does, also for those that waited."""
        self._add(_Write(table=table, name=name, public_id=public_id, values=values, clock=clock))

    def delete(self, table: SyncedTable, public_id: UUID, clock: int) -> None:
        """Delete a row, after what waited."""
        self.finish()
        self._pen.write(lambda: table.writer.delete(self._user_id, public_id), clock)

    def is_about(self, name: Name) -> bool:
        """Tell whether a row waits to be written."""
        return name in self._run

    def finish(self) -> None:
        """Write what waits."""
        run, self._run = list(self._run.values()), {}
        if not run:
            return
        if run[0].public_id is None:
            self._create(run)
        else:
            self._update(run)

    def _add(self, write: _Write) -> None:
        if not self._goes_on_with(write):
            self.finish()
        self._run[write.name] = write
        if not (self._trusts and self._takes_many(write.table)):
            self.finish()

    def _takes_many(self, table: SyncedTable) -> bool:
        # To ask for a protocol takes longer than to judge an operation.
        if table.name not in self._take_many:
            self._take_many[table.name] = isinstance(table.writer, ManyWriter)
        return self._take_many[table.name]

    def _goes_on_with(self, write: _Write) -> bool:
        last = next(iter(self._run.values()), write)
        is_of_a_kind = (last.public_id is None) == (write.public_id is None)
        return is_of_a_kind and last.table is write.table and write.name not in self._run

    def _create(self, run: Sequence[_Write]) -> None:
        writer, last = run[0].table.writer, run[-1]

        def act() -> Sequence[UUID]:
            if len(run) > 1 and isinstance(writer, ManyWriter):
                return writer.create_all(self._user_id, [each.values for each in run])
            return [writer.create(self._user_id, each.values) for each in run]

        made = self._pen.write(act, last.clock)
        for each, public_id in zip(run, made, strict=True):
            self._rows.note_made(each.name, public_id, each.clock)

    def _update(self, run: Sequence[_Write]) -> None:
        writer, last = run[0].table.writer, run[-1]
        known = {each.public_id: each for each in run if each.public_id is not None}

        def act() -> None:
            if len(run) > 1 and isinstance(writer, ManyWriter):
                writer.update_all(self._user_id, {row: each.values for row, each in known.items()})
                return
            for row, each in known.items():
                writer.update(self._user_id, row, each.values)

        clocks = {row: each.clock for row, each in known.items()}
        is_one = len(set(clocks.values())) == 1
        with nullcontext() if is_one else stamped_each_with(clocks):
            self._pen.write(act, last.clock)
        for each in run:
            self._rows.note_written(each.name)
