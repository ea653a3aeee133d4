"""Rows as the services handle them: held while they change, saved only where they differ."""

from functools import cache
from typing import TypeVar

from django.db.models import Manager, Model

from apps.buildings.selectors import found
from apps.kernel.prepared import PreparedUpdate

Row = TypeVar("Row", bound=Model)


def held(rows: Manager[Row], **which: object) -> Row:
    """Return the one row, locked until the transaction ends; raises NotFound.

    Holding a building keeps two changes of its members or units apart, but not those who only
    refer to it: a request can be opened meanwhile.
    """
    return found(rows.select_for_update(of=("self",), no_key=True), **which)


def changed(row: Model, **changes: object) -> bool:
    """Save what differs from the row, and return whether anything does."""
    differing = {name: new for name, new in changes.items() if getattr(row, name) != new}
    for name, new in differing.items():
        setattr(row, name, new)
    if differing:
        _update_of(type(row))(row, [*differing, "updated_at"])
    return bool(differing)


@cache
def _update_of(model: type[Model]) -> PreparedUpdate:
    return PreparedUpdate(model)
