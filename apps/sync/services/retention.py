"""Forgetting what no device may ask for any more, and remembering that it was forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from apps.kernel.clock import now
from apps.sync.models import PushedOperation, SyncConflict, SyncState
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
    devices: int


def purge() -> Purged:
    """Forget tombstones, ends of grants, answers, settled conflicts and devices past retention.

    A checkpoint that may miss one of them is answered with the full set from then on, and so is a
    device that comes back after all. What is queued and what is open stays. Repeating it does no
    harm.
    """
    expiry = now() - timedelta(days=settings.SYNC_RETENTION_DAYS)
    operations = PushedOperation.objects.filter(created_at__lt=expiry)
    conflicts = SyncConflict.objects.filter(updated_at__lt=expiry)
    purged = Purged(
        tombstones=_until_little_is_left(lambda: _delete(_DELETE_TOMBSTONES, expiry)),
        grants=_until_little_is_left(lambda: _delete(_DELETE_GRANTS, expiry)),
        operations=operations.exclude(outcome=Outcome.QUEUED).delete()[0],
        conflicts=conflicts.exclude(settled=ConflictState.OPEN).delete()[0],
        devices=_until_little_is_left(lambda: _forget_devices(expiry)),
    )
    if any(vars(purged).values()):
        log.info("sync.purged", **vars(purged))
    return purged


def _until_little_is_left(delete_portion: Callable[[], int]) -> int:
    """Delete portion after portion, each in a transaction of its own."""
    done = 0
    while True:
        portion = delete_portion()
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


@transaction.atomic
def _forget_devices(expiry: datetime) -> int:
    """Forget a portion of the devices that neither pulled nor pushed, with their checkpoints.

    Grants are their users'. Rows may still name them as whose they are; their ids are not given
    out again. One that is in use at this moment is left alone.
    """
    waiting = PushedOperation.objects.filter(state_id=OuterRef("pk"), outcome=Outcome.QUEUED)
    idle = (
        SyncState.objects.filter(~Exists(waiting), created_at__lt=expiry)
        .exclude(last_pull_at__gte=expiry)
        .exclude(last_push_at__gte=expiry)
        .order_by("pk")
    )
    held = idle.select_for_update(skip_locked=True).values_list("pk", flat=True)[:ROWS_AT_ONCE]
    gone = SyncState.objects.filter(pk__in=list(held))
    return gone.delete()[1].get(SyncState._meta.label, 0)  # noqa: SLF001  Django's documented API
