"""WatermelonDB's protocol, exactly: changes by table in, changes by table out.

Source: WatermelonDB's documentation "Sync / Backend" and its source 0.28 (R4 section 1).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from apps.kernel.ids import new_id
from apps.sync.api.reading import (
    Flaw,
    flaw_of_id,
    refuse_flawed,
    refuse_too_many,
    table_named,
)
from apps.sync.ports import SyncedTable, tables
from apps.sync.types import Change, Migration, Operation, Outcome, Page, Result, Strategy

_LISTS = ("created", "updated", "deleted")
# What a client keeps in a record for itself.
_OWN = frozenset({"id", "_status", "_changed"})


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """What a client has changed in one table, checked for its form."""

    table: SyncedTable
    created: Sequence[Mapping[str, Any]] = ()
    updated: Sequence[Mapping[str, Any]] = ()
    deleted: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.created) + len(self.updated) + len(self.deleted)


@dataclass
class _Gathered:
    rows: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)


def pushed_in(document: Any, *, schema_version: int) -> list[Pushed]:
    """Return what is in a push, table by table; those without changes are left out.

    Raises Invalid where it is no push, UnknownTable and TooManyOperations. A table of which
    nothing has changed may be any: clients name all they have, local ones among them.
    """
    if not isinstance(document, Mapping):
        refuse_flawed([("", "An object of changes by table is expected.")])
    lists = {name: _lists_in(name, changes) for name, changes in document.items()}
    refuse_too_many(sum(len(rows) for changes in lists.values() for rows in changes.values()))
    touched = {name: changes for name, changes in lists.items() if any(changes.values())}
    found = {name: table_named(name, schema_version=schema_version) for name in touched}
    refuse_flawed([flaw for name, changes in touched.items() for flaw in _flaws_in(name, changes)])
    return [Pushed(table=found[name], **changes) for name, changes in touched.items()]


def changes_of(pushed: Pushed, *, known_ids: Collection[str]) -> Iterator[Change]:
    """Return the operations that a table's changes stand for.

    Of updated rows that are there for the user (``known_ids``) only the columns in ``_changed``
    count, if the client says them; an update of any other row makes it, so all count.
    """
    for record in (*pushed.created, *pushed.updated):
        names = record.keys() - _OWN
        if record["id"] in known_ids:
            names &= _changed_columns(record) or names
        yield Change(
            op_id=new_id(),
            table=pushed.table.name,
            record_id=record["id"],
            operation=Operation.UPSERT,
            values={name: record[name] for name in names},
        )
    for record_id in pushed.deleted:
        yield Change(
            op_id=new_id(),
            table=pushed.table.name,
            record_id=record_id,
            operation=Operation.DELETE,
        )


def answered(changes: Sequence[Change], results: Sequence[Result]) -> dict[str, Any]:
    """Return the body of the answer to a push: empty, or the rows that stay unsynced and why."""
    refused = [
        (change, result)
        for change, result in zip(changes, results, strict=True)
        if result.outcome == Outcome.REJECTED
    ]
    if not refused:
        return {}
    ids: dict[str, list[str]] = {}
    for change, _ in refused:
        ids.setdefault(change.table, []).append(change.record_id)
    reasons = [
        {"table": change.table, "id": change.record_id, "code": told.code, "reason": told.reason}
        for change, told in refused
    ]
    return {"experimentalRejectedIds": ids, "rejected": reasons}


def pulled_out(pages: Sequence[Page], *, schema_version: int) -> bytes:
    """Return the body of a pull, made of the rows as PostgreSQL wrote them.

    All rows are ``updated``, for clients with ``sendCreatedAsUpdated``. A full set names every
    table, also those without rows: the client empties only what is named.
    """
    is_whole = pages[0].strategy is Strategy.REPLACEMENT
    gathered: dict[str, _Gathered] = {}
    if is_whole:
        gathered = {table.name: _Gathered() for table in tables if table.since <= schema_version}
    for table in (table for page in pages for table in page.tables if table.rows or table.deleted):
        mine = gathered.setdefault(table.name, _Gathered())
        mine.rows += table.rows
        mine.deleted += table.deleted
    changes = ",".join(
        f'"{name}":{{"created":[],"updated":[{",".join(mine.rows)}],"deleted":{_json(mine.deleted)}}}'
        for name, mine in gathered.items()
    )
    rest = {"timestamp": pages[-1].checkpoint, "has_more": pages[-1].has_more}
    strategy = {"experimentalStrategy": Strategy.REPLACEMENT.value} if is_whole else {}
    return f'{{"changes":{{{changes}}},{_json(rest | strategy)[1:]}'.encode()


def migration_in(text: str | None) -> Migration | None:
    """Return what a client has had no room for; tables and columns that are not ours are left out.

    Raises Invalid where it is no ``migration``.
    """
    document = _loaded(text)
    if document is None:
        return None
    if not isinstance(document, Mapping) or not isinstance(document.get("from"), int):
        refuse_flawed([("migration", '{"from": 1, "tables": [], "columns": []} is expected.')])
    columns = _dicts(document.get("columns"))
    return Migration(
        from_version=document["from"],
        tables=tuple(name for name in _texts(document.get("tables")) if name in tables),
        columns={
            table.name: tuple(name for name in _texts(each.get("columns")) if table.column(name))
            for each in columns
            if isinstance(each.get("table"), str) and (table := tables.get(each["table"]))
        },
    )


def _lists_in(name: str, changes: Any) -> dict[str, list[Any]]:
    lists = changes if isinstance(changes, Mapping) else {"": None}
    if not set(lists) <= set(_LISTS) or not all(isinstance(rows, list) for rows in lists.values()):
        refuse_flawed([(name[:63], f"An object of the lists {', '.join(_LISTS)} is expected.")])
    return dict(lists)


def _flaws_in(name: str, changes: Mapping[str, Sequence[Any]]) -> Iterator[Flaw]:
    for kind, rows in changes.items():
        for number, row in enumerate(rows):
            record_id = row if kind == "deleted" else row.get("id") if _is_object(row) else None
            if told := flaw_of_id(record_id):
                yield f"{name}.{kind}.{number}", told


def _changed_columns(record: Mapping[str, Any]) -> set[str]:
    said = record.get("_changed")
    return set(said.split(",")) if isinstance(said, str) and said else set()


def _loaded(text: str | None) -> Any:
    if not text:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        refuse_flawed([("migration", "JSON is expected.")])


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if _is_object(each)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
