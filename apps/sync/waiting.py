"""How far devices are behind: what waits for each, counted no further than anybody is told."""

from collections.abc import Collection, Mapping

from django.contrib.auth import get_user_model
from django.db import connection

from apps.sync.evidence import NOTHING
from apps.sync.ports import SyncedTable, tables

MOST_COUNTED = 1000

# What a device's newest checkpoint of a table shows it has; before the pages of a pull are through,
# what it had before them.
_PLACE = f"""
    SELECT (
        CASE WHEN position = '{{{{}}}}' THEN snapshot
            WHEN base = '' THEN '{NOTHING}' ELSE base END
    )::pg_snapshot AS seen
    FROM sync_checkpoint WHERE state_id = asked.id {{about}} ORDER BY number DESC LIMIT 1
"""  # noqa: S608  a constant
_ABOUT = "AND (table_names = '' OR '{name}' = ANY (string_to_array(table_names, ',')))"
# Of a scope granted after the checkpoint everything waits.
_SCOPES = f"""
    SELECT 'user:' || person.public_id AS scope, place.seen AS seen
    UNION ALL
    SELECT scope, CASE WHEN bool_or(pg_visible_in_snapshot(granted_xid, place.seen))
        THEN place.seen ELSE '{NOTHING}'::pg_snapshot END
    FROM sync_grant WHERE user_id = asked.user_id AND revoked_at IS NULL GROUP BY scope
"""  # noqa: S608  a constant
_ROWS = """
    SELECT 1 FROM ({place}) AS place
    CROSS JOIN LATERAL ({scopes}) AS held
    JOIN {table} AS changed ON changed.sync_scope = held.scope
        AND changed.sync_xid >= pg_snapshot_xmin(held.seen)
        AND NOT pg_visible_in_snapshot(changed.sync_xid, held.seen)
        AND changed.sync_state_id IS DISTINCT FROM asked.id
"""
_TOMBSTONES = """
    SELECT 1 FROM ({place}) AS place
    CROSS JOIN LATERAL ({scopes}) AS held
    JOIN sync_tombstone AS gone ON gone.scope = held.scope
        AND gone.xid >= pg_snapshot_xmin(place.seen)
        AND NOT pg_visible_in_snapshot(gone.xid, place.seen)
        AND gone.state_id IS DISTINCT FROM asked.id
"""
_DEVICES = """
SELECT asked.id, (SELECT count(*) FROM ({rows} LIMIT {most}) AS one)
FROM sync_syncstate AS asked JOIN {users} AS person ON person.id = asked.user_id
WHERE asked.id = ANY(%s) AND asked.last_pull_at IS NOT NULL
"""


def waiting_for(state_ids: Collection[int]) -> Mapping[int, int]:
    """Return how much waits for each device, at most `MOST_COUNTED`; none for who never pulled.

    One statement, by index. An estimate: rows out of revoked scopes are not counted, and all
    tables are, whatever version of the schema the device has.
    """
    if not state_ids:
        return {}
    rows = " UNION ALL ".join([*map(_rows_of, tables), _tombstones()])
    users = connection.ops.quote_name(get_user_model()._meta.db_table)  # noqa: SLF001  Django's documented API
    with connection.cursor() as cursor:
        cursor.execute(
            _DEVICES.format(users=users, rows=rows, most=MOST_COUNTED), [list(state_ids)]
        )
        return dict(cursor.fetchall())


def _rows_of(table: SyncedTable) -> str:
    name = connection.ops.quote_name(table.model._meta.db_table)  # noqa: SLF001  Django's documented API
    place = _PLACE.format(about=_ABOUT.format(name=table.name))
    return _ROWS.format(place=place, scopes=_SCOPES, table=name)


def _tombstones() -> str:
    return _TOMBSTONES.format(place=_PLACE.format(about=""), scopes=_SCOPES)
