"""What tests push: operations in the words of clients."""

from typing import Any

from apps.kernel.ids import new_id
from apps.sync.types import Change, Operation


def upsert(
    table: str,
    record_id: str,
    base_revision: int | None = None,
    *,
    clock: int | None = None,
    **values: Any,
) -> Change:
    """Return the making or changing of a row, as an operation of its own."""
    return Change(
        op_id=new_id(),
        table=table,
        record_id=record_id,
        operation=Operation.UPSERT,
        values=values,
        base_revision=base_revision,
        clock=clock,
    )


def deletion(table: str, record_id: str, base_revision: int | None = None) -> Change:
    """Return the deletion of a row, as an operation of its own."""
    return Change(
        op_id=new_id(),
        table=table,
        record_id=record_id,
        operation=Operation.DELETE,
        base_revision=base_revision,
    )
