"""Keeping the tables: a partition per day, and connections that ended long ago."""

from datetime import date, timedelta

import structlog
from django.conf import settings
from django.db import connection

from apps.events.selectors import consumer_lags
from apps.kernel.clock import now
from apps.realtime.models import PUBLICATION_PARTITIONS, Connection

log = structlog.get_logger("realtime")

PARTITIONS_AHEAD_DAYS = 7
DELETE_AT_ONCE = 5000
CONSUMER = "realtime"
# A node tells of each open connection every five minutes; one that nobody tells of is gone.
FORGOTTEN_AFTER = timedelta(minutes=15)
LOST_REASON = "the node was lost"

# The default partition catches days that have none: those of old events that were replayed.
_DELETE_STRAYS = "DELETE FROM realtime_publication_default WHERE published_at < %s"


def maintain() -> None:
    """Make partitions ahead, and drop what is past retention.

    A day that the consumer has not read to its end is kept: what is met again of a dropped day
    is a replay, and published no more (`numbering`).
    """
    PUBLICATION_PARTITIONS.ensure(days_ahead=PARTITIONS_AHEAD_DAYS)
    first_kept = _first_kept()
    dropped = PUBLICATION_PARTITIONS.drop_before(first_kept)
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_STRAYS, [first_kept])
        strays = cursor.rowcount
    lost = _close_forgotten()
    deleted = _delete_old_connections()
    if dropped or strays or lost or deleted:
        log.info(
            "publications.expired", days=len(dropped), strays=strays, lost=lost, connections=deleted
        )


def _first_kept() -> date:
    unread = max((lag.seconds for lag in consumer_lags() if lag.name == CONSUMER), default=0)
    # Nor the day before: a transaction may have begun then.
    oldest_unread = now() - timedelta(seconds=unread, days=1)
    return min(now() - timedelta(days=settings.REALTIME_RETENTION_DAYS), oldest_unread).date()


def _close_forgotten() -> int:
    """Note the end of connections whose node died without telling."""
    forgotten = Connection.objects.filter(closed_at=None, updated_at__lt=now() - FORGOTTEN_AFTER)
    return forgotten.update(closed_at=now(), close_reason=LOST_REASON)


def _delete_old_connections() -> int:
    """Delete in portions, so that nobody waits long for a lock."""
    expiry = now() - timedelta(days=settings.REALTIME_RETENTION_DAYS)
    deleted = 0
    while True:
        old = Connection.objects.filter(closed_at__lt=expiry).values("pk")[:DELETE_AT_ONCE]
        portion, _ = Connection.objects.filter(pk__in=old).delete()
        deleted += portion
        if portion < DELETE_AT_ONCE:
            return deleted
