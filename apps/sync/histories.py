"""Which history of which database this is: a checkpoint of another one says nothing here."""

from django.db import connection

# Columns of a SELECT: the cluster, and the timeline of its log, which a promotion begins anew. A
# standby is told of that before its own control file is (R4 section 3).
CLUSTER_AND_TIMELINE = """
        (SELECT system_identifier FROM pg_control_system()) AS cluster,
        CASE WHEN pg_is_in_recovery() THEN (
            SELECT greatest(timeline_id, (SELECT received_tli FROM pg_stat_wal_receiver))
            FROM pg_control_checkpoint()
        ) ELSE (
            'x' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
        )::bit(32)::int END AS timeline
"""
_PRESENT = f"""
SELECT concat_ws('.', now.cluster, now.timeline, coalesce(epoch.counter, 1)),
    coalesce(epoch.purged_xid, '0')::text
FROM (SELECT {CLUSTER_AND_TIMELINE}) AS now LEFT JOIN sync_epoch AS epoch ON true
"""  # noqa: S608  a constant


def present_history() -> tuple[str, int]:
    """Return the epoch that checkpoints are of now, and the newest transaction that was purged.

    A checkpoint of another epoch, or whose snapshot has an xmin not above that transaction, is
    answered with the full set.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT)
        epoch, purged_xid = cursor.fetchone()
    return epoch, int(purged_xid)
