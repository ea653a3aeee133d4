"""RxDB's replication: documents with ``_deleted`` out, rows with the state they assumed in.

Source: RxDB's documentation "Replication" of version 17 (R4 section 4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from apps.kernel.ids import new_id
from apps.sync.api.reading import Flaw, flaw_of_id, refuse_flawed, refuse_too_many
from apps.sync.ports import SyncedTable
from apps.sync.types import Change, Operation, Outcome, Page, Result

Document = Mapping[str, Any]

_REFUSED = frozenset({Outcome.REJECTED, Outcome.CONFLICT})
_KNOWN = frozenset({"newDocumentState", "assumedMasterState"})
# What is no column of a document.
_OWN = frozenset({"id", "_deleted"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """A document as the client wants it, and as it thinks the server has it."""

    table: SyncedTable
    wanted: Document
    assumed: Document | None

    @property
    def id(self) -> str:
        """The document's id."""
        return str(self.wanted["id"])

    @property
    def is_deletion(self) -> bool:
        """Whether the client wants it gone."""
        return bool(self.wanted.get("_deleted"))


def rows_in(document: Any, table: SyncedTable) -> list[Row]:
    """Return the rows of a push; raises Invalid where it is none, and TooManyOperations."""
    if not isinstance(document, list):
        refuse_flawed([("", "An array of rows is expected.")])
    refuse_too_many(len(document))
    refuse_flawed([flaw for number, row in enumerate(document) for flaw in _flaws_of(number, row)])
    return [
        Row(table=table, wanted=row["newDocumentState"], assumed=row.get("assumedMasterState"))
        for row in document
    ]


def is_conflicting(row: Row, master: Document | None) -> bool:
    """Tell whether the client assumed another state than the server has (None: no such row)."""
    if master is None:
        # It may be made or deleted, unless the client would edit what it thinks is there.
        return not row.is_deletion and row.assumed is not None and not row.assumed.get("_deleted")
    if row.assumed is None or row.assumed.get("_deleted"):
        return row.is_deletion or _differs(row.wanted, master, row.table)
    return _differs(row.assumed, master, row.table)


def change_of(row: Row, master: Document | None) -> Change:
    """Return the operation that a row stands for: of a known document, what differs in it."""
    values = {} if row.is_deletion else _values(row.wanted, master or {})
    return Change(
        op_id=new_id(),
        table=row.table.name,
        record_id=row.id,
        operation=Operation.DELETE if row.is_deletion else Operation.UPSERT,
        values=values,
        base_revision=master["_revision"] if master is not None else None,
    )


def is_taken(row: Row, result: Result) -> bool:
    """Tell whether the client may keep a document as it wanted it, once that was carried out."""
    if result.outcome in _REFUSED:
        return False
    return result.record is None or not _differs(row.wanted, result.record, row.table)


def master_out(record_id: str, master: Document | None) -> dict[str, Any]:
    """Return the server's state of a document, as the client is told in a conflict."""
    if master is None:
        return {"id": record_id, "_deleted": True}
    shown = {name: value for name, value in master.items() if name != "_revision"}
    return {**shown, "_deleted": False}


def page_out(page: Page, *, table: str) -> bytes:
    """Return the body of a pull, made of the rows as PostgreSQL wrote them."""
    mine = [each for each in page.tables if each.name == table]
    documents = [
        # Each is an object with an id, so there is something before the comma.
        *(f'{row[:-1]},"_deleted":false}}' for each in mine for row in each.rows),
        *(_json(master_out(gone, None)) for each in mine for gone in each.deleted),
    ]
    rest = {
        "checkpoint": {"number": page.checkpoint},
        "has_more": page.has_more,
        "strategy": page.strategy,
        "is_first": page.is_first,
    }
    return f'{{"documents":[{",".join(documents)}],{_json(rest)[1:]}'.encode()


def _flaws_of(number: int, row: Any) -> list[Flaw]:
    if not isinstance(row, Mapping) or not set(row) <= _KNOWN:
        return [(str(number), f"An object of {' and '.join(sorted(_KNOWN))} is expected.")]
    wanted, assumed = row.get("newDocumentState"), row.get("assumedMasterState")
    if not isinstance(wanted, Mapping) or not isinstance(assumed, Mapping | None):
        return [(str(number), "Documents are objects.")]
    told = flaw_of_id(wanted.get("id"))
    return [(f"{number}.newDocumentState.id", told)] if told else []


def _differs(one: Document, other: Document, table: SyncedTable) -> bool:
    """Tell whether two states differ in what clients write; the rest changes by itself."""
    names = [column.name for column in table.columns if column.is_writable]
    return any(one[name] != other[name] for name in names if name in one and name in other)


def _values(wanted: Document, master: Document) -> dict[str, Any]:
    return {
        name: value
        for name, value in wanted.items()
        if name not in _OWN and (name not in master or master[name] != value)
    }


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
