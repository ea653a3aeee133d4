"""Rows as the services handle them: held while they change, saved only where they differ."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeVar

from django.db.models import Manager, Model

from apps.buildings.selectors import found
from apps.kernel.prepared_writes import PreparedUpdate

Row = TypeVar("Row", bound=Model)


def held(rows: Manager[Row], **which: object) -> Row:
    """Return the one row, locked until the transaction ends; raises NotFound.

    Holding a building keeps two changes of its members or units apart, but not those who only
    refer to it: a request can be opened meanwhile.
    """
    return found(rows.select_for_update(of=("self",), no_key=True), **which)


def changed(row: Model, **changes: object) -> bool:
    """Save what differs from the row, and return whether anything does."""
    differing = _set_differing(row, changes)
    if differing:
        _update_of(type(row))(row, [*differing, "updated_at"])
    return bool(differing)


def changed_all(wanted: Sequence[tuple[Row, Mapping[str, object]]]) -> list[Row]:
    """Save what differs from the rows, as `changed` does, and return those that differ.

    It takes one statement for all rows of which the same fields differ.
    """
    by_fields: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row, changes in wanted:
        by_fields[tuple(_set_differing(row, changes))].append(row)
    by_fields.pop((), None)
    for differing, rows in by_fields.items():
        _update_of(type(rows[0])).all(rows, [*differing, "updated_at"])
    return [row for rows in by_fields.values() for row in rows]


def _set_differing(row: Model, changes: Mapping[str, object]) -> list[str]:
    differing = [name for name, new in changes.items() if getattr(row, name) != new]
    for name in differing:
        setattr(row, name, changes[name])
    return differing


@cache
def _update_of(model: type[Model]) -> PreparedUpdate:
    return PreparedUpdate(model)
