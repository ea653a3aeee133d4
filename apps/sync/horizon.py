"""The snapshot horizon: what open transactions make pulls look at again (R4 section 3)."""

from dataclasses import dataclass

from django.db import connection

# Ages of other roles' transactions are shown to whoever has pg_read_all_stats.
_HORIZON = """
SELECT
    (pg_snapshot_xmax(now)::text::numeric - pg_snapshot_xmin(now)::text::numeric)::bigint,
    coalesce((
        SELECT max(extract(epoch FROM clock_timestamp() - xact_start)) FROM pg_stat_activity
        WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
    ), 0)::float,
    coalesce((
        SELECT max(extract(epoch FROM clock_timestamp() - prepared)) FROM pg_prepared_xacts
    ), 0)::float
FROM pg_current_snapshot() AS now
"""
# No transaction of ours is open for so long (DATABASE_TRANSACTION_TIMEOUT_SECONDS).
LONG_SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """How far back the oldest open transaction is."""

    transactions: int
    oldest_writer_seconds: float
    oldest_prepared_seconds: float


def horizon() -> Horizon:
    """Return how far back the horizon is now; one statement, reads no table."""
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON)
        found = cursor.fetchone()
    assert found is not None, "A SELECT without a table has a row."
    transactions, writer, prepared = found
    return Horizon(
        transactions=transactions,
        oldest_writer_seconds=max(0.0, writer),
        oldest_prepared_seconds=max(0.0, prepared),
    )
