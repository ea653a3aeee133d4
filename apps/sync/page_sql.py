"""The one statement of a page: what changed since a snapshot, in the scopes a user sees.

All of it is seen by one snapshot, which the statement returns as well: the next pull begins from
that. Where a pull takes several pages, each reads what its first page's snapshot shows; what
changed after that comes with the next pull. Within a table rows are walked in the order of the
index on scope, transaction and key: none that is still to come can move behind the walk, for who
changes it stamps it with a transaction that the first page's snapshot does not show.

Base, limits and scopes are kept from the planner, so that it plans once for all of them.
"""

from collections.abc import Sequence
from string import Template

from apps.sync.histories import CLUSTER_AND_TIMELINE
from apps.sync.ports import SyncedTable
from apps.sync.record_sql import differs_from_default_sql, quoted, record_sql

# $1 user, $2 the user's own scope, $3 state, $4 base ("" for nothing), $5 the first page's
# snapshot ("" on that page), $6 … $10 the key of the last row that was sent, $11 tables that are
# new to the client, $12 columns that are ("table.column"), $13 the tables of both, $14 rows and
# $15 bytes at most.
_STATEMENT = Template("""
WITH asked AS MATERIALIZED (
    SELECT nullif($$4::text, '')::pg_snapshot AS base, nullif($$5::text, '')::pg_snapshot AS final
), scopes AS (
    SELECT scope,
        coalesce(bool_or(
            pg_visible_in_snapshot(granted_xid, base)
            AND NOT (revoked_at IS NOT NULL AND pg_visible_in_snapshot(xid, base))
        ), false) AS was_held,
        bool_or(CASE WHEN final IS NULL THEN revoked_at IS NULL ELSE
            pg_visible_in_snapshot(granted_xid, final)
            AND NOT (revoked_at IS NOT NULL AND pg_visible_in_snapshot(xid, final))
        END) AS is_held,
        bool_or(revoked_at IS NULL) AS is_held_still
    FROM sync_grant, asked WHERE user_id = $$1::bigint GROUP BY scope
    UNION ALL
    SELECT $$2::text, base IS NOT NULL, true, true FROM asked
), sets AS (
    SELECT coalesce(array_agg(scope) FILTER (WHERE was_held), '{}')::text[] AS held,
        coalesce(array_agg(scope) FILTER (WHERE is_held), '{}')::text[] AS shown,
        coalesce(array_agg(scope) FILTER (WHERE is_held AND NOT was_held), '{}')::text[]
            AS granted,
        coalesce(array_agg(scope) FILTER (WHERE is_held AND was_held), '{}')::text[]
            AS continuing,
        coalesce(array_agg(scope) FILTER (WHERE was_held AND NOT is_held), '{}')::text[]
            AS revoked,
        coalesce(bool_or(is_held AND NOT is_held_still), false) AS ended_meanwhile
    FROM scopes
), given AS MATERIALIZED (
    SELECT sets.*, base, final, pg_snapshot_xmin(base) AS base_xmin, $$3::bigint AS state_id,
        $$6::int AS stream, $$7::text AS scope, $$8::xid8 AS xid, $$9::bigint AS id,
        $$10::text AS record, $$11::text[] AS new_tables, $$12::text[] AS new_columns,
        $$13::text[] AS walked, $$14::bigint AS most, $$15::bigint AS most_bytes
    FROM sets, asked
), keys AS MATERIALIZED (
    SELECT walk.* FROM given, LATERAL (
        SELECT *, row_number() OVER (ORDER BY stream, scope, xid, id, record) AS place
        FROM ($streams
        ORDER BY stream, scope, xid, id, record LIMIT given.most + 1) AS streams
    ) AS walk
), bodies AS MATERIALIZED (
    SELECT keys.*, keys.record AS body FROM keys WHERE stream > $rows$bodies
), page AS MATERIALIZED (
    SELECT measured.* FROM given, (
        SELECT *, sum(octet_length(body)) OVER (ORDER BY place ROWS UNBOUNDED PRECEDING) AS bytes
        FROM bodies
    ) AS measured
    WHERE place <= most AND (bytes <= most_bytes OR place = 1)
)
SELECT 0 AS stream, json_build_object(
    'snapshot', CASE WHEN pg_is_in_recovery()
        -- There the list of transactions in progress is empty (R4 section 3).
        THEN pg_snapshot_xmin(now.seen) || ':' || pg_snapshot_xmin(now.seen) || ':'
        ELSE now.seen::text END,
    'is_standby', pg_is_in_recovery(),
    'is_behind', pg_is_in_recovery()
        AND coalesce(pg_snapshot_xmin(now.seen) < pg_snapshot_xmax(given.final), false),
    'cluster', now.cluster::text,
    'stamped_in', coalesce(epoch.cluster, now.cluster)::text,
    'epoch', concat_ws('.', now.cluster, now.timeline, coalesce(epoch.counter, 1)),
    'purged_xid', coalesce(epoch.purged_xid, '0')::text,
    'ended_meanwhile', given.ended_meanwhile,
    'has_more', (SELECT count(*) FROM keys) > (SELECT count(*) FROM page),
    'last', (
        SELECT json_build_array(stream, scope, xid::text, id, record) FROM page
        ORDER BY place DESC LIMIT 1
    )
)::text AS body
FROM given, (
    SELECT pg_current_snapshot() AS seen,
$history) AS now LEFT JOIN sync_epoch AS epoch ON true
UNION ALL
SELECT stream, body FROM page
""")

# All rows of scopes that were granted since, and what is unknown besides.
_WHOLE = Template("""
(SELECT $stream AS stream, $row.sync_scope::text AS scope, $row.sync_xid AS xid, $row.id,
    ''::text AS record
FROM $table AS $row
WHERE $stream >= given.stream AND $unknown
    AND $after
    AND $is_final
ORDER BY $row.sync_scope, $row.sync_xid, $row.id LIMIT given.most + 1)
""")
_GRANTED = Template("$row.sync_scope = ANY(given.granted)")
# Of a table that is new to the client or has a column that is, what it cannot know.
_NEW = Template("""$row.sync_scope
        = ANY(CASE WHEN '$name' = ANY(given.walked) THEN given.shown ELSE given.granted END)
    AND (
        NOT '$name' = ANY(given.walked) OR '$name' = ANY(given.new_tables)
        OR $row.sync_scope = ANY(given.granted)
        OR NOT pg_visible_in_snapshot($row.sync_xid, given.base)
        $columns
    )""")
_CHANGED = Template("""
(SELECT $stream, $row.sync_scope::text, $row.sync_xid, $row.id, ''
FROM $table AS $row
WHERE $stream >= given.stream AND NOT '$name' = ANY(given.walked)
    AND $row.sync_scope = ANY(given.continuing)
    AND $row.sync_xid >= given.base_xmin
    AND NOT pg_visible_in_snapshot($row.sync_xid, given.base)
    AND $row.sync_state_id IS DISTINCT FROM given.state_id
    AND $after
    AND $is_final
ORDER BY $row.sync_scope, $row.sync_xid, $row.id LIMIT given.most + 1)
""")
# In the order of their ids, which stand still whatever becomes of the rows. Of a scope that was
# revoked, also what is gone since the first page: the next pull no longer looks there.
_GONE = Template("""
(SELECT $stream, '', '0'::xid8, 0, record FROM (
    SELECT record_id::text AS record FROM sync_tombstone
    WHERE table_name = '$table_name'
        AND sync_tombstone.scope = ANY(given.held)
        AND sync_tombstone.xid >= given.base_xmin
        AND NOT pg_visible_in_snapshot(sync_tombstone.xid, given.base)
        AND (
            given.final IS NULL
            OR pg_visible_in_snapshot(sync_tombstone.xid, given.final)
            OR sync_tombstone.scope = ANY(given.revoked)
        )
    UNION
    SELECT lost.record FROM unnest(given.revoked) AS revoked (scope), LATERAL (
        -- By itself, so that nothing is planned that looks at the table where no scope is.
        SELECT $row.sync_id::text AS record FROM $table AS $row
        WHERE $row.sync_scope = revoked.scope OFFSET 0
    ) AS lost
) AS gone
WHERE $stream >= given.stream
    AND record > CASE WHEN given.stream = $stream THEN given.record ELSE '' END
    AND (
        SELECT true FROM $table AS $row
        WHERE $row.sync_id = gone.record AND $row.sync_scope = ANY(given.shown)
    ) IS NULL
ORDER BY record LIMIT given.most + 1)
""")
_AFTER = Template("""($row.sync_scope, $row.sync_xid, $row.id) > (
        CASE WHEN given.stream = $stream THEN given.scope ELSE '' END,
        CASE WHEN given.stream = $stream THEN given.xid ELSE '0'::xid8 END,
        CASE WHEN given.stream = $stream THEN given.id ELSE 0 END
    )""")
_IS_FINAL = Template("(given.final IS NULL OR pg_visible_in_snapshot($row.sync_xid, given.final))")
_BODY = Template("""
    UNION ALL
    SELECT keys.*, $body FROM keys JOIN $table AS $row ON $row.id = keys.id$joins
    WHERE keys.stream IN ($streams)""")


def page_sql(
    tables: Sequence[SyncedTable], *, schema_version: int, with_revisions: bool, has_news: bool
) -> str:
    """Return the statement for these tables; without news it does not look for what is new.

    Of n tables, stream i holds rows of the i-th that are new to the client, stream n + i those
    that changed, and stream 2n + i ids of those that are gone. Stream 0 is one row about the page.
    """
    count = len(tables)
    streams, bodies = [], []
    for number, table in enumerate(tables, 1):
        words = _words(table)
        unknown = _unknown(table, words, schema_version) if has_news else _GRANTED.substitute(words)
        streams += [
            _stream(_WHOLE, words, number, unknown=unknown),
            _stream(_CHANGED, words, count + number),
            _stream(_GONE, words, 2 * count + number),
        ]
        record = record_sql(
            table, schema_version=schema_version, with_revisions=with_revisions, row=words["row"]
        )
        bodies.append(
            _BODY.substitute(words, **vars(record), streams=f"{number}, {count + number}")
        )
    return _STATEMENT.substitute(
        streams="UNION ALL".join(streams),
        rows=2 * count,
        bodies="".join(bodies),
        history=CLUSTER_AND_TIMELINE,
    )


def _words(table: SyncedTable) -> dict[str, str]:
    name = table.model._meta.db_table  # noqa: SLF001  Django's documented API
    return {"name": table.name, "table": quoted(name), "table_name": name, "row": "held_row"}


def _unknown(table: SyncedTable, words: dict[str, str], schema_version: int) -> str:
    columns = "".join(
        f"OR ('{table.name}.{column.name}' = ANY(given.new_columns)"
        f" AND {differs_from_default_sql(table, column, row=words['row'])})\n        "
        for column in table.columns_for(schema_version)
    )
    return _NEW.substitute(words, columns=columns)


def _stream(part: Template, words: dict[str, str], number: int, **more: str) -> str:
    words = {**words, "stream": str(number)}
    after, is_final = _AFTER.substitute(words), _IS_FINAL.substitute(words)
    return part.substitute(words, after=after, is_final=is_final, **more)
