"""Holding: the rows that a push touches, locked in one order, then read.

Everybody who holds several rows holds parents before children, and of one table the smaller id
first; so no two wait for each other. What still does (cascades, other code) is tried again whole.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Model

from apps.sync.judging import Mark, Row
from apps.sync.ports import SyncedTable, tables
from apps.sync.record_sql import record_sql
from apps.sync.types import Caller, Change, Kind, Operation

_RECORD_ID = re.compile(r"[A-Za-z0-9_.-]{1,36}")

# Of the clients' schema: this one has all columns.
EVERY_VERSION = 2**31 - 1
# A row's name: its table's name on the wire, and its id there.
Name = tuple[str, str]

_FACTS = """
SELECT t.sync_id, t.public_id, t.sync_scope, t.sync_revision, t.sync_state_id,
    t.sync_fields::text, pg_visible_in_snapshot(t.sync_xid, nullif(%s, '')::pg_snapshot),
    t.sync_scope = %s OR EXISTS (
        SELECT FROM sync_grant
        WHERE user_id = %s AND scope = t.sync_scope AND revoked_at IS NULL
    ), {body}
FROM {table} AS t{joins} WHERE t.sync_id = ANY(%s)
"""
_REFERENCES = """
SELECT t.sync_id, t.public_id FROM {table} AS t WHERE t.sync_id = ANY(%s) AND (
    t.sync_scope = %s OR EXISTS (
        SELECT FROM sync_grant
        WHERE user_id = %s AND scope = t.sync_scope AND revoked_at IS NULL
    )
)
"""
_BURIED = """
SELECT table_name, record_id, max(scope), bool_or(scope = %s OR EXISTS (
    SELECT FROM sync_grant WHERE user_id = %s AND sync_grant.scope = sync_tombstone.scope
))
FROM sync_tombstone WHERE record_id = ANY(%s) AND NOT has_moved
GROUP BY table_name, record_id
"""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A row that exists, and whether the caller may know that."""

    row: Row
    is_visible: bool


@dataclass(frozen=True, kw_only=True)
class Buried:
    """A row that existed, and whether the caller ever saw its scope."""

    scope: str
    was_visible: bool


def table_of(model: type[Model]) -> SyncedTable | None:
    """Return the synced table of a model."""
    return next((table for table in tables if table.model is model), None)


def target_of(table: SyncedTable, column_name: str) -> SyncedTable | None:
    """Return the table that a reference points into; None for other columns."""
    column = table.column(column_name)
    if column is None or column.kind is not Kind.REFERENCE or "__" in column.path:
        return None
    related = table.model._meta.get_field(column.path).related_model  # noqa: SLF001  Django's documented API
    return None if related is None else table_of(related)


def is_record_id(value: object) -> bool:
    """Tell whether a value can be the id of a row."""
    return isinstance(value, str) and _RECORD_ID.fullmatch(value) is not None


def is_nameable(change: Change) -> bool:
    """Tell whether an operation names a row of a synced table, be it there or not."""
    return change.table in tables and is_record_id(change.record_id)


def references_of(table: SyncedTable) -> dict[str, SyncedTable]:
    """Return the tables that the references of a table point into, by column."""
    return {
        column.name: target
        for column in table.columns
        if (target := target_of(table, column.name)) is not None
    }


def referred_in(
    changes: Iterable[Change], references: Mapping[str, Mapping[str, SyncedTable]]
) -> dict[str, set[str]]:
    """Return the rows that new values refer to, by table."""
    named: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        for column, target in references[change.table].items():
            record_id = change.values.get(column)
            if is_record_id(record_id):
                named[target.name].add(str(record_id))
    return named


def lock_rows(
    changes: Sequence[Change], references: Mapping[str, Mapping[str, SyncedTable]]
) -> None:
    """Lock the rows that changes touch or refer to, and the parents of those they touch.

    ``references`` are the tables' `references_of`.
    """
    touched, deleted = _touched(changes)
    named = referred_in(changes, references)
    # Where a parent is only known by the row that has it.
    parents: dict[str, set[int]] = defaultdict(set)
    wanted = [
        table
        for table in tables
        if table.name in touched or table.name in named or _has_children_in(table, touched)
    ]
    for table in wanted:
        for parent, ids in parents_of(table, touched.get(table.name, ())).items():
            parents[parent] |= ids
    for table in sorted(wanted, key=lambda each: (each.rank, each.name)):
        sync_ids = {*touched.get(table.name, ()), *named.get(table.name, ())}
        _lock(table, sync_ids, parents[table.name], is_for_deletion=table.name in deleted)


def parents_of(table: SyncedTable, sync_ids: Collection[str]) -> dict[str, set[int]]:
    """Return the internal ids of the rows that these belong to, by table."""
    targets = {
        column.path: target
        for column in table.columns
        if column.is_fixed and (target := target_of(table, column.name))
    }
    if not targets or not sync_ids:
        return {}
    rows = table.model._default_manager.filter(sync_id__in=sync_ids)  # noqa: SLF001  as above
    # Not what the column holds: a key may point to another column than the id.
    found = rows.values_list(*(f"{path}__pk" for path in targets))
    by_path: Sequence[Sequence[Any]] = list(zip(*found, strict=True)) or [()] * len(targets)
    return {
        target.name: set(ids) - {None}
        for target, ids in zip(targets.values(), by_path, strict=True)
    }


def read_rows(
    caller: Caller, table: SyncedTable, sync_ids: Collection[str], *, snapshot: str | None
) -> dict[str, Held]:
    """Return the rows by the ids that clients know; ``snapshot`` is None without a checkpoint."""
    record = record_sql(table, schema_version=EVERY_VERSION, with_revisions=False, row="t")
    statement = _FACTS.format(table=table.model._meta.db_table, **vars(record))  # noqa: SLF001  as above
    own = f"user:{caller.user_public_id}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [snapshot or "", own, caller.user_id, list(sync_ids)])
        found = cursor.fetchall()
    names = column_names(table)
    return {
        row[0]: Held(
            row=Row(
                public_id=row[1],
                scope=row[2],
                revision=row[3],
                state_id=row[4],
                marks={
                    names.get(column, column): Mark(*mark)
                    for column, mark in orjson.loads(row[5]).items()
                },
                record=json.loads(row[8]),
                is_known=None if snapshot is None else bool(row[6]),
            ),
            is_visible=row[7],
        )
        for row in found
    }


def read_references(
    caller: Caller, table: SyncedTable, sync_ids: Collection[str]
) -> dict[str, UUID]:
    """Return the public ids of the rows that the caller sees, by the ids that clients know."""
    statement = _REFERENCES.format(table=table.model._meta.db_table)  # noqa: SLF001  as above
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(sync_ids), f"user:{caller.user_public_id}", caller.user_id])
        return dict(cursor.fetchall())


def read_buried(caller: Caller, names: Collection[Name]) -> dict[Name, Buried]:
    """Return which of the rows are gone for good."""
    by_database = {table.model._meta.db_table: table.name for table in tables}  # noqa: SLF001  as above
    with connection.cursor() as cursor:
        cursor.execute(
            _BURIED,
            [f"user:{caller.user_public_id}", caller.user_id, [name[1] for name in names]],
        )
        found = cursor.fetchall()
    return {
        (by_database[table], record_id): Buried(scope=scope, was_visible=was_visible)
        for table, record_id, scope, was_visible in found
        if table in by_database and (by_database[table], record_id) in names
    }


def column_names(table: SyncedTable) -> Mapping[str, str]:
    """Return the columns' names on the wire by those in the database, of the table's own."""
    meta = table.model._meta  # noqa: SLF001  as above
    return {
        str(meta.get_field(column.path).column): column.name  # type: ignore[union-attr]  # own fields have columns
        for column in table.columns
        if "__" not in column.path
    }


def _touched(changes: Iterable[Change]) -> tuple[dict[str, set[str]], set[str]]:
    touched: dict[str, set[str]] = defaultdict(set)
    deleted = set()
    for change in changes:
        touched[change.table].add(change.record_id)
        if change.operation is Operation.DELETE:
            deleted.add(change.table)
    return touched, deleted


def _has_children_in(table: SyncedTable, touched: Mapping[str, Collection[str]]) -> bool:
    return any(
        target_of(child, column.name) is table
        for child in tables
        if child.name in touched
        for column in child.columns
        if column.is_fixed
    )


def _lock(
    table: SyncedTable, sync_ids: Collection[str], ids: Collection[int], *, is_for_deletion: bool
) -> None:
    strength = "UPDATE" if is_for_deletion else "NO KEY UPDATE"
    name = table.model._meta.db_table  # noqa: SLF001  as above
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT FROM {name} WHERE sync_id = ANY(%s) OR id = ANY(%s)"
            f" ORDER BY id FOR {strength}",
            [list(sync_ids), list(ids)],
        )
