"""Keeping the log: partitions made ahead and dropped by age, and its repair after a restore."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction

from apps.events.models import LOG_PARTITIONS, ConsumerCursor
from apps.events.selectors import consumer_lags
from apps.kernel.clock import now

log = structlog.get_logger("events")


def maintain_partitions() -> None:
    """Make partitions ahead and drop those past retention that every consumer has read.

    A consumer that is behind keeps the partitions it still needs: nothing unread is dropped.
    """
    created = LOG_PARTITIONS.ensure(days_ahead=settings.EVENTS_PARTITIONS_AHEAD_DAYS)
    oldest_unread = now() - timedelta(
        seconds=max((lag.seconds for lag in consumer_lags()), default=0)
    )
    expiry = now() - timedelta(days=settings.EVENTS_RETENTION_DAYS)
    dropped = LOG_PARTITIONS.drop_before(min(oldest_unread, expiry).date())
    if created or dropped:
        log.info("log.partitions_maintained", created=len(created), dropped=len(dropped))


@transaction.atomic
def restamp_log() -> int:
    """Give every event of a restored log the current transaction's id; return how many.

    After a restore into another cluster the log holds transaction ids the new server has not
    reached, and consumers would wait for them. Each consumer goes back to its first unread
    position, so it may meet an event twice but misses none.
    """
    first_unread = [(kept, _first_unread_position(kept)) for kept in ConsumerCursor.objects.all()]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_log SET xid = pg_current_xact_id()::text::bigint")
        count = cursor.rowcount
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (xid,) = cursor.fetchone() or (0,)
    for kept, position in first_unread:
        kept.xid, kept.position, kept.read_until = xid, position - 1, None
        kept.save()
    return int(count)


def _first_unread_position(kept: ConsumerCursor) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(min(position) FILTER (WHERE (xid, position) > (%s, %s)), "
            "max(position) + 1, 1) FROM events_log",
            [kept.xid, kept.position],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 1
