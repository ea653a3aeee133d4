"""Making a restored database whole: its stamps are of another cluster's transactions."""

from dataclasses import dataclass

from django.db import connection, transaction

from apps.kernel.clock import now
from apps.sync.models import Checkpoint
from apps.sync.ports import tables
from apps.sync.record_sql import quoted
from apps.sync.services.epochs import cluster_identifier, held_epoch

# Devices may hold higher numbers than were restored: none of those is given out again.
_NUMBERS_SKIPPED = 2**20

_RESTAMP_TOMBSTONES = "UPDATE sync_tombstone SET xid = pg_current_xact_id()"
_RESTAMP_GRANTS = (
    "UPDATE sync_grant SET granted_xid = pg_current_xact_id(), xid = pg_current_xact_id()"
)
_SKIP_NUMBERS = "UPDATE sync_syncstate SET checkpoint_number = checkpoint_number + %s"


@dataclass(frozen=True, kw_only=True)
class Restamped:
    """What was stamped anew."""

    rows: int
    # The new history.
    epoch: int


@transaction.atomic
def restamp() -> Restamped:
    """Stamp every synced row with this transaction and begin another epoch, after a restore.

    Every device is given the full set at its next pull. Holds all synced rows until it is done:
    let nobody else in meanwhile.
    """
    epoch = held_epoch()
    with connection.cursor() as cursor:
        rows = 0
        for table in tables:
            name = quoted(table.model._meta.db_table)  # noqa: SLF001  Django's documented API
            # The trigger stamps whatever is written.
            cursor.execute(f"UPDATE {name} SET id = id")  # noqa: S608  names of models
            rows += cursor.rowcount
        cursor.execute(_RESTAMP_TOMBSTONES)
        cursor.execute(_RESTAMP_GRANTS)
        cursor.execute(_SKIP_NUMBERS, [_NUMBERS_SKIPPED])
    Checkpoint.objects.all().delete()
    epoch.counter += 1
    epoch.cluster = cluster_identifier()
    epoch.purged_xid = "0"
    epoch.began_at = now()
    epoch.save()
    return Restamped(rows=rows, epoch=epoch.counter)
