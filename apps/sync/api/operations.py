"""Our own protocol: operations in, results and pages out (docs/reference/sync-protocol.md)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from apps.sync.api.reading import (
    LARGEST_INTEGER,
    Flaw,
    flaw_of_id,
    refuse_flawed,
    refuse_too_many,
)
from apps.sync.types import Change, Operation, Page, Result

# Milliseconds since 1970, and how many edits there were before within the same one.
CLOCK = re.compile(r"(?P<ms>[0-9]{1,14})-(?P<counter>[0-9]{1,5})")

_KNOWN = frozenset({"op_id", "table", "id", "op", "base_revision", "changes", "hlc"})
_OPERATIONS = {each.value: each for each in Operation}
_MOST_EDITS = 2**16
_LONGEST_TABLE = 63


def changes_in(operations: Sequence[Any]) -> list[Change]:
    """Return the operations of a push; raises TooManyOperations, and Invalid with every flaw.

    What tables and columns there are is not asked here: that is for each operation's result.
    """
    refuse_too_many(len(operations))
    flaws: list[Flaw] = []
    for number, operation in enumerate(operations):
        flaws += ((f"operations.{number}{field}", text) for field, text in _flaws_of(operation))
    refuse_flawed(flaws)
    return [_change(operation) for operation in operations]


def clock_of(text: str) -> int:
    """Return a hybrid logical clock as one number that orders as clocks do.

    Its milliseconds stand above the lowest 16 bits, which count.
    """
    ms, _, counter = text.partition("-")
    return int(ms) << 16 | int(counter)


def page_out(page: Page) -> bytes:
    """Return the body of a pull, made of the rows as PostgreSQL wrote them."""
    changes = ",".join(
        f'"{table.name}":{{"rows":[{",".join(table.rows)}],"deleted":{_json(table.deleted)}}}'
        for table in page.tables
        if table.rows or table.deleted
    )
    rest = _json(
        {
            "checkpoint": page.checkpoint,
            "has_more": page.has_more,
            "strategy": page.strategy,
            "is_first": page.is_first,
            "server_now": page.server_now_ms,
        }
    )
    return f'{{"changes":{{{changes}}},{rest[1:]}'.encode()


def result_out(result: Result) -> dict[str, Any]:
    """Return what became of an operation, as the client is told."""
    return {
        "op_id": result.op_id,
        "outcome": result.outcome,
        "revision": result.revision,
        "record": result.record,
        "code": result.code,
        "reason": result.reason,
        "conflict_id": result.conflict_id,
        "retry_after": result.retry_after_seconds,
        "is_repeated": result.is_repeated,
    }


def _flaws_of(operation: Any) -> list[Flaw]:
    """Return what is wrong with the form of one operation."""
    if not isinstance(operation, Mapping):
        return [("", "An object is expected.")]
    flaws = [(f".{name[:63]}", "Unknown field.") for name in operation if name not in _KNOWN]
    if not _is_uuid(operation.get("op_id")):
        flaws.append((".op_id", "A UUID is expected."))
    table = operation.get("table")
    if not isinstance(table, str) or not 0 < len(table) <= _LONGEST_TABLE:
        flaws.append((".table", "The name of a table is expected."))
    if told := flaw_of_id(operation.get("id")):
        flaws.append((".id", told))
    op = operation.get("op")
    if not isinstance(op, str) or op not in _OPERATIONS:
        flaws.append((".op", f"One of {', '.join(_OPERATIONS)} is expected."))
    revision = operation.get("base_revision")
    if revision is not None and not _is_whole(revision):
        flaws.append((".base_revision", "A whole number is expected, or null."))
    return flaws + _flaws_of_changes(operation) + _flaws_of_clock(operation.get("hlc"))


def _flaws_of_changes(operation: Mapping[str, Any]) -> list[Flaw]:
    changes = operation.get("changes")
    if changes is None and operation.get("op") == Operation.DELETE:
        return []
    if not isinstance(changes, Mapping):
        return [(".changes", "An object of values by column is expected.")]
    return [
        (f".changes.{name[:63]}", "A text, a number, a boolean or null is expected.")
        for name, value in changes.items()
        if isinstance(value, Mapping | list)
    ]


def _flaws_of_clock(clock: Any) -> list[Flaw]:
    if clock is None:
        return []
    found = CLOCK.fullmatch(clock) if isinstance(clock, str) else None
    if found and int(found["counter"]) < _MOST_EDITS:
        return []
    return [(".hlc", 'Milliseconds and a counter below 65536 are expected: "1795340000000-0".')]


def _change(operation: Mapping[str, Any]) -> Change:
    clock = operation.get("hlc")
    return Change(
        op_id=UUID(operation["op_id"]),
        table=operation["table"],
        record_id=operation["id"],
        operation=_OPERATIONS[operation["op"]],
        values=operation.get("changes") or {},
        base_revision=operation.get("base_revision"),
        clock=clock_of(clock) if clock is not None else None,
    )


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_INTEGER


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
