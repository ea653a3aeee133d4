"""What every face reads alike: ids, names of tables, and how much of it."""

import re
from typing import Any

from apps.kernel.errors import Invalid
from apps.sync.errors import TooManyOperations, UnknownTable
from apps.sync.ports import SyncedTable, tables

# R4 section 5.
MOST_OPERATIONS = 1000
MOST_ROWS = 5000
ID = re.compile(r"[A-Za-z0-9_.-]{1,36}")
DEVICE = r"[A-Za-z0-9._-]{1,64}"
# Beyond them, JavaScript does not count in ones.
LARGEST_INTEGER = 2**53 - 1

# So many are told; whoever sends more wrong ones has one mistake, not many.
_MOST_FLAWS = 50

Flaw = tuple[str, str]


def refuse_too_many(count: int) -> None:
    """Raise TooManyOperations where a push holds more than one may."""
    if count > MOST_OPERATIONS:
        raise TooManyOperations(f"A push may hold {MOST_OPERATIONS} operations; these are {count}.")


def refuse_flawed(flaws: list[Flaw]) -> None:
    """Raise Invalid where there are flaws, each the path of a field and what is wrong with it."""
    if flaws:
        told = [
            {"field": field, "code": "invalid", "detail": detail}
            for field, detail in flaws[:_MOST_FLAWS]
        ]
        raise Invalid(flaws[0][1], errors=told)


def flaw_of_id(value: Any) -> str:
    """Return what is wrong with the id of a row; "" where nothing is."""
    if isinstance(value, str) and ID.fullmatch(value):
        return ""
    return "An id of 1 to 36 letters, digits and _ . - is expected."


def table_named(name: str, *, schema_version: int) -> SyncedTable:
    """Return a table of the client's schema; raises UnknownTable."""
    known = {table.name: table for table in tables if table.since <= schema_version}
    if name not in known:
        detail = f"Known here: {', '.join(known) or 'none'}."
        raise UnknownTable(
            detail, errors=[{"field": name[:63], "code": "unknown", "detail": detail}]
        )
    return known[name]
