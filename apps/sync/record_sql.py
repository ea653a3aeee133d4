"""A row as clients see it: JSON that PostgreSQL builds, as an expression of SQL.

What is read through relations is read by subqueries, one probe of an index each: a join could be
planned as a walk through a whole table.
"""

from collections.abc import Sequence

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


def quoted(name: str) -> str:
    """Return a name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def record_sql(table: SyncedTable, *, schema_version: int, with_revisions: bool, row: str) -> str:
    """Return the expression for the JSON, as text, of the row of that alias."""
    values = [f"{row}.sync_id AS id"]
    values += [
        f"{value_sql(table, column, row=row)} AS {quoted(column.name)}"
        for column in table.columns_for(schema_version)
    ]
    if with_revisions:
        values.append(f'{row}.sync_revision AS "_revision"')
    return f"(SELECT row_to_json(shown)::text FROM (SELECT {', '.join(values)}) AS shown)"  # noqa: S608  names of models and columns


def value_sql(table: SyncedTable, column: Column, *, row: str) -> str:
    """Return the expression for a column's value of the row of that alias."""
    return _read(table.model, column.path.split("__"), column.kind, row)


def differs_from_default_sql(table: SyncedTable, column: Column, *, row: str) -> str:
    """Return the condition that a row has more than clients put into a column that is new."""
    differs = _IS_OTHER[column.kind].format(value_sql(table, column, row=row))
    return f"coalesce({differs}, false)"


def _read(model: type[Model], path: Sequence[str], kind: Kind, row: str) -> str:
    field: Field[object, object] = model._meta.get_field(path[0])  # type: ignore[assignment]  # noqa: SLF001  a path names columns; Django's documented API
    column = f"{row}.{quoted(str(field.column))}"
    if isinstance(field, ForeignKey):
        return _read_related(field, path[1:] or ["sync_id"], kind, column, f"{row}_")
    return _MILLISECONDS.format(column) if kind == Kind.TIME else column


def _read_related(
    field: "ForeignKey[object, object]", path: Sequence[str], kind: Kind, column: str, row: str
) -> str:
    target: type[Model] = field.related_model
    key = quoted(str(field.target_field.column))
    value = _read(target, path, kind, row)
    name = quoted(target._meta.db_table)  # noqa: SLF001  Django's documented API
    return f"(SELECT {value} FROM {name} AS {row} WHERE {row}.{key} = {column})"  # noqa: S608  names of models
