"""Writes compiled once: rows inserted and updated by SQL that is made once a model.

Many rows go to PostgreSQL as one text of JSON: to write arrays of it takes Python ten times as
long, and each statement of its own a round trip.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model

from apps.kernel.direct import Direct, in_text
from apps.kernel.models import Record


class PreparedInsert:
    """Inserts new rows of a model by SQL that is compiled once; no signals are sent.

    Columns with a default of the database get that, whatever the row says.
    """

    def __init__(self, model: type[Model]) -> None:
        self._model = model

    def __call__(self, row: Model) -> None:
        """Insert a row and give it its key; raises as ``save`` does."""
        fields, statement = self._compiled
        db = connections[DEFAULT_DB_ALIAS]
        values = [
            in_text(field.get_db_prep_save(field.pre_save(row, add=True), db)) for field in fields
        ]
        found = statement.first(values)
        assert found is not None, "An INSERT returns what it inserts."
        row.pk = found[0]
        row._state.adding = False  # noqa: SLF001  as Django's own save does
        row._state.db = db.alias  # noqa: SLF001  as above

    def all(self, rows: Sequence[Record]) -> None:
        """Insert rows in their order, with one statement; otherwise as it is done with one."""
        if not rows:
            return
        statement, db = self._compiled_for_all, connections[DEFAULT_DB_ALIAS]
        given = _as_json([_columns_of(row, self._fields, add=True) for row in rows])
        keys = dict(statement.all([in_text(given)]))
        for row in rows:
            row.pk = keys[row.public_id]
            row._state.adding = False  # noqa: SLF001  as Django's own save does
            row._state.db = db.alias  # noqa: SLF001  as above

    @cached_property
    def _fields(self) -> "list[Field[Any, Any]]":
        meta = self._model._meta  # noqa: SLF001  Django's documented API
        return [
            field
            for field in meta.local_concrete_fields
            if not (field.generated or field.has_db_default() or field is meta.pk)
        ]

    @cached_property
    def _compiled(self) -> "tuple[list[Field[Any, Any]], Direct]":
        columns = ", ".join(map(_column, self._fields))
        places = ", ".join(f"${number}" for number in range(1, len(self._fields) + 1))
        table, key = _names_in(self._model)
        text = f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING {key}"  # noqa: S608  names of a model
        return self._fields, Direct(text)

    @cached_property
    def _compiled_for_all(self) -> Direct:
        columns = ", ".join(map(_column, self._fields))
        table, key = _names_in(self._model)
        return Direct(
            f"INSERT INTO {table} ({columns}) SELECT {columns}"  # noqa: S608  names of a model
            f" FROM ROWS FROM ({_recordset(self._fields)}) WITH ORDINALITY"
            f" AS given ({columns}, given_place) ORDER BY given_place RETURNING public_id, {key}"
        )


class PreparedUpdate:
    """Saves chosen fields of a model's rows by SQL that is compiled once; no signals are sent."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._compiled: dict[tuple[str, ...], tuple[list[Field[Any, Any]], Direct]] = {}
        self._compiled_for_all: dict[tuple[str, ...], tuple[list[Field[Any, Any]], Direct]] = {}

    def __call__(self, row: Model, names: Sequence[str]) -> None:
        """Save the named fields of a row that is there; raises as ``save`` does."""
        key = tuple(names)
        if key not in self._compiled:
            self._compiled[key] = self._compile(key)
        fields, statement = self._compiled[key]
        db = connections[DEFAULT_DB_ALIAS]
        values = [
            in_text(field.get_db_prep_save(field.pre_save(row, add=False), db)) for field in fields
        ]
        statement.run([*values, in_text(row.pk)])

    def all(self, rows: Sequence[Model], names: Sequence[str]) -> None:
        """Save the named fields of rows that are there, with one statement."""
        if not rows:
            return
        key = tuple(names)
        if key not in self._compiled_for_all:
            self._compiled_for_all[key] = self._compile_for_all(key)
        fields, statement = self._compiled_for_all[key]
        given = [
            {**_columns_of(row, fields, add=False), self._model._meta.pk.column: row.pk}  # noqa: SLF001  Django's documented API
            for row in rows
        ]
        statement.run([in_text(_as_json(given))])

    def _compile(self, names: Sequence[str]) -> "tuple[list[Field[Any, Any]], Direct]":
        fields = self._named(names)
        columns = ", ".join(
            f"{_column(field)} = ${number}" for number, field in enumerate(fields, 1)
        )
        table, key = _names_in(self._model)
        text = f"UPDATE {table} SET {columns} WHERE {key} = ${len(fields) + 1}"  # noqa: S608  names of a model
        return fields, Direct(text)

    def _compile_for_all(self, names: Sequence[str]) -> "tuple[list[Field[Any, Any]], Direct]":
        fields = self._named(names)
        columns = ", ".join(f"{_column(field)} = given.{_column(field)}" for field in fields)
        table, key = _names_in(self._model)
        given = _recordset([*fields, self._model._meta.pk], alias="given")  # noqa: SLF001  Django's documented API
        text = f"UPDATE {table} SET {columns} FROM {given} WHERE {table}.{key} = given.{key}"  # noqa: S608  names of a model
        return fields, Direct(text)

    def _named(self, names: Sequence[str]) -> "list[Field[Any, Any]]":
        meta = self._model._meta  # noqa: SLF001  Django's documented API
        return [meta.get_field(name) for name in names]  # type: ignore[misc]  # names of own columns


def _columns_of(row: Model, fields: "Sequence[Field[Any, Any]]", *, add: bool) -> dict[str, Any]:
    """Return what Django would save of a row, by column."""
    db = connections[DEFAULT_DB_ALIAS]
    return {
        str(field.column): field.get_db_prep_save(field.pre_save(row, add=add), db)
        for field in fields
    }


def _as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows).decode()


def _recordset(fields: "Sequence[Field[Any, Any]]", *, alias: str = "") -> str:
    """Return the SQL of rows that are given as JSON in ``$1``, with the columns of a model."""
    columns = ", ".join(f"{_column(field)} {field.db_type(connection)}" for field in fields)
    return f"json_to_recordset($1::json) AS {alias} ({columns})"


def _column(field: "Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(field.column))


def _names_in(model: type[Model]) -> tuple[str, str]:
    meta = model._meta  # noqa: SLF001  Django's documented API
    table, key = map(connection.ops.quote_name, (meta.db_table, str(meta.pk.column)))
    return table, key
