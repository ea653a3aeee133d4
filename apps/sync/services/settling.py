"""Settling: after the operations, sync's own columns of the rows, and how the rows are now."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from apps.kernel.direct import Direct, in_text
from apps.sync.ports import SyncedTable
from apps.sync.selectors import records
from apps.sync.services.holding import EVERY_VERSION
from apps.sync.stamping import AUTHOR_SETTING, CLOCK_SETTING, CLOCKS_SETTING, MARKING_SETTING

# With the clock of the edit that made it: a statement may have made rows of several.
_NAME = """
UPDATE {table} AS t SET sync_id = named.sync_id,
    sync_fields = jsonb_set(t.sync_fields, '{{"",1}}', to_jsonb(named.clock))
FROM unnest(%s::uuid[], %s::text[], %s::bigint[]) AS named (public_id, sync_id, clock)
WHERE t.public_id = named.public_id
"""
_OWN = "UPDATE {table} SET sync_state_id = %s WHERE sync_id = ANY(%s)"
_SEND_AGAIN = """
UPDATE {table} SET sync_xid = pg_current_xact_id(), sync_state_id = NULL WHERE sync_id = ANY(%s)
"""
_set_clock = Direct(f"SELECT set_config('{CLOCK_SETTING}', $1, true)")
_set_clocks = Direct(f"SELECT set_config('{CLOCKS_SETTING}', $1, true)")
_set_author = Direct(f"SELECT set_config('{AUTHOR_SETTING}', $1, true)")
_set_marking = Direct(f"SELECT set_config('{MARKING_SETTING}', $1, true)")


def stamp_with(clock: int | None) -> None:
    """Let what is written from here on be stamped with an edit's clock; None for the moment."""
    _set_clock.run([in_text("" if clock is None else str(clock))])


@contextmanager
def stamped_each_with(clocks: Mapping[UUID, int]) -> Iterator[None]:
    """Let rows be stamped each with its edit's clock within the block, by their public ids."""
    _set_clocks.run([in_text("".join(f",{row}={clock}" for row, clock in clocks.items()))])
    yield
    _set_clocks.run([in_text("")])


def sign_with(state_id: int | None) -> None:
    """Let what is written from here on be marked as pushed by a device; None for no push."""
    _set_author.run([in_text("" if state_id is None else str(state_id))])


def name_rows(table: SyncedTable, made: Mapping[UUID, tuple[str, int]]) -> None:
    """Give new rows the ids that their client has for them, and the clocks of their edits.

    Raises IntegrityError where an id is taken.
    """
    names, clocks = zip(*made.values(), strict=True)
    with _marking():
        _run(_NAME, table, [list(made), list(names), list(clocks)])


def own_rows(table: SyncedTable, state_id: int, sync_ids: Collection[str]) -> None:
    """Note that a device has exactly these rows, so that it is not sent them."""
    if sync_ids:
        with _marking():
            _run(_OWN, table, [state_id, list(sync_ids)])


def send_again(table: SyncedTable, sync_ids: Collection[str]) -> None:
    """Let rows that did not change be sent to whoever comes, for a client that has others."""
    if sync_ids:
        with _marking():
            _run(_SEND_AGAIN, table, [list(sync_ids)])


def standing(
    table: SyncedTable, sync_ids: Collection[str]
) -> dict[str, tuple[int, Mapping[str, Any]]]:
    """Return revision and values of the rows, as they are now."""
    shown = records(table, list(sync_ids), schema_version=EVERY_VERSION, with_revisions=True)
    return {sync_id: (record.pop("_revision"), record) for sync_id, record in shown.items()}


@contextmanager
def _marking() -> Iterator[None]:
    _set_marking.run([in_text("on")])
    yield
    _set_marking.run([in_text("")])


def _run(statement: str, table: SyncedTable, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=_name_of(table)), values)


def _name_of(table: SyncedTable) -> str:
    return table.model._meta.db_table  # noqa: SLF001  Django's documented API
