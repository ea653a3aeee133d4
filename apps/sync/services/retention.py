"""Forgetting what no device may ask for any more, and remembering that it was forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction

from apps.kernel.clock import now
from apps.sync.models import PushedOperation, SyncConflict
from apps.sync.services.epochs import held_epoch
from apps.sync.types import ConflictState, Outcome

log = structlog.get_logger("sync")

ROWS_AT_ONCE = 2000

_DELETE_TOMBSTONES = """
WITH gone AS (
    DELETE FROM sync_tombstone WHERE id IN (
        SELECT id FROM sync_tombstone WHERE buried_at < %(expiry)s ORDER BY buried_at
        LIMIT %(limit)s
    )
    RETURNING xid
)
SELECT count(*), coalesce(max(xid), '0')::text FROM gone
"""
_DELETE_GRANTS = """
WITH gone AS (
    DELETE FROM sync_grant WHERE id IN (
        SELECT id FROM sync_grant WHERE revoked_at < %(expiry)s LIMIT %(limit)s
    )
    RETURNING xid
)
SELECT count(*), coalesce(max(xid), '0')::text FROM gone
"""


@dataclass(frozen=True, kw_only=True)
class Purged:
    """How much was forgotten."""

    tombstones: int
    grants: int
    operations: int
    conflicts: int


def purge() -> Purged:
    """Forget tombstones, ends of grants, answers and settled conflicts that are past retention.

    A checkpoint that may miss one of them is answered with the full set from then on. What is
    queued and what is open stays.
    """
    expiry = now() - timedelta(days=settings.SYNC_RETENTION_DAYS)
    operations = PushedOperation.objects.filter(created_at__lt=expiry)
    conflicts = SyncConflict.objects.filter(updated_at__lt=expiry)
    purged = Purged(
        tombstones=_in_portions(_DELETE_TOMBSTONES, expiry),
        grants=_in_portions(_DELETE_GRANTS, expiry),
        operations=operations.exclude(outcome=Outcome.QUEUED).delete()[0],
        conflicts=conflicts.exclude(settled=ConflictState.OPEN).delete()[0],
    )
    if purged != Purged(tombstones=0, grants=0, operations=0, conflicts=0):
        log.info("sync.purged", **vars(purged))
    return purged


def _in_portions(statement: str, expiry: datetime) -> int:
    """Delete until there is little left, each time in a transaction of its own."""
    done = 0
    while True:
        portion = _delete(statement, expiry)
        done += portion
        if portion < ROWS_AT_ONCE:
            return done


@transaction.atomic
def _delete(statement: str, expiry: datetime) -> int:
    """Delete a portion and raise the watermark with it: no pull sees one without the other."""
    epoch = held_epoch()
    with connection.cursor() as cursor:
        cursor.execute(statement, {"expiry": expiry, "limit": ROWS_AT_ONCE})
        count, xid = cursor.fetchone()
    if int(xid) > int(epoch.purged_xid):
        epoch.purged_xid = xid
        epoch.save(update_fields=["purged_xid"])
    return int(count)
