"""A row as clients see it: JSON that PostgreSQL builds, as an expression of SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Field, ForeignKey, Model

from apps.sync.ports import Column, SyncedTable
from apps.sync.types import Kind

# Written the same wherever a row is shown, so that two readings of a row are equal.
_MILLISECONDS = "floor(extract(epoch FROM {}) * 1000)::bigint"
# What clients put into a column that is new to them.
_IS_OTHER = {
    Kind.TEXT: "{}::text <> ''",
    Kind.REFERENCE: "{} <> ''",
    Kind.BOOLEAN: "{}",
    Kind.NUMBER: "{} <> 0",
    Kind.TIME: "{} <> 0",
}


@dataclass(frozen=True, kw_only=True)
class RecordSql:
    """The JSON of a row, as an expression over the row's alias and these joins."""

    body: str
    joins: str


def quoted(name: str) -> str:
    """Return a name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def record_sql(
    table: SyncedTable, *, schema_version: int, with_revisions: bool, row: str
) -> RecordSql:
    """Return the JSON, as text, of the row of that alias."""
    reading = _Reading()
    values = [f"{row}.sync_id AS id"]
    values += [
        f"{reading.value(table, column, row=row)} AS {quoted(column.name)}"
        for column in table.columns_for(schema_version)
    ]
    if with_revisions:
        values.append(f'{row}.sync_revision AS "_revision"')
    body = f"(SELECT row_to_json(shown)::text FROM (SELECT {', '.join(values)}) AS shown)"  # noqa: S608  names of models and columns
    return RecordSql(body=body, joins=reading.joins)


def differs_from_default_sql(table: SyncedTable, column: Column, *, row: str) -> str:
    """Return the condition that a row has more than clients put into a column that is new."""
    reading = _Reading()
    differs = _IS_OTHER[column.kind].format(reading.value(table, column, row=row))
    return f"coalesce((SELECT {differs} FROM (SELECT) AS alone{reading.joins}), false)"  # noqa: S608  as above


@dataclass(frozen=True)
class _Reading:
    """What has been joined so far: each relation once, however many columns read through it."""

    _joins: dict[str, str] = field(default_factory=dict)

    @property
    def joins(self) -> str:
        return "".join(self._joins.values())

    def value(self, table: SyncedTable, column: Column, *, row: str) -> str:
        """Return the expression for a column's value of the row of that alias."""
        return self._read(table.model, column.path.split("__"), column.kind, row)

    def _read(self, model: type[Model], path: Sequence[str], kind: Kind, row: str) -> str:
        read: Field[object, object] = model._meta.get_field(path[0])  # type: ignore[assignment]  # noqa: SLF001  a path names columns; Django's documented API
        column = f"{row}.{quoted(str(read.column))}"
        if isinstance(read, ForeignKey):
            related = self._joined(read, row, column)
            return self._read(read.related_model, path[1:] or ["sync_id"], kind, related)
        return _MILLISECONDS.format(column) if kind == Kind.TIME else column

    def _joined(self, key: "ForeignKey[object, object]", row: str, column: str) -> str:
        alias = f"{row}_{key.name}"
        name = quoted(key.related_model._meta.db_table)  # noqa: SLF001  Django's documented API
        theirs = f"{alias}.{quoted(str(key.target_field.column))}"
        self._joins[alias] = f" LEFT JOIN {name} AS {alias} ON {theirs} = {column}"
        return alias
