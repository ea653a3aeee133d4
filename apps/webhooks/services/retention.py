"""Keeping the tables: a partition per day, dropped whole once its time is over."""

from datetime import date, timedelta

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef

from apps.kernel.clock import now
from apps.webhooks.models import (
    ATTEMPT_PARTITIONS,
    DELIVERY_PARTITIONS,
    MESSAGE_PARTITIONS,
    Delivery,
    Endpoint,
)
from apps.webhooks.services.endpoints import cancel_pending
from apps.webhooks.types import DeliveryState, EndpointState

log = structlog.get_logger("webhooks")

PARTITIONS_AHEAD_DAYS = 14
DELETE_AT_ONCE = 5000

# The default partition catches the days that have none: those of old events that were replayed.
_DELETE_STRAYS = """
DELETE FROM webhooks_delivery_default WHERE id IN (
    SELECT id FROM webhooks_delivery_default
    WHERE state <> 'pending' AND occurred_at < %(expiry)s AND finished_at < %(expiry)s
    LIMIT %(limit)s
)
"""
_DELETE_STRAY_MESSAGES = """
DELETE FROM webhooks_message_default message
WHERE occurred_at < %s AND NOT EXISTS (
    SELECT 1 FROM webhooks_delivery_default delivery
    WHERE delivery.message_id = message.id AND delivery.occurred_at = message.occurred_at
)
"""


def maintain() -> None:
    """Make partitions ahead, and drop the days that are past retention.

    A day with a pending delivery is kept until it is done or given up, however old it is, and so
    are the messages and attempts since. What was left at an endpoint that is disabled or gone is
    no longer pending.
    """
    for partitions in (MESSAGE_PARTITIONS, DELIVERY_PARTITIONS, ATTEMPT_PARTITIONS):
        partitions.ensure(days_ahead=PARTITIONS_AHEAD_DAYS)
    _end_what_was_left_behind()
    expiry = now() - timedelta(days=settings.WEBHOOKS_RETENTION_DAYS)
    dropped = _drop_before(expiry.date())
    deleted = _delete_strays(expiry.date())
    if dropped or deleted:
        log.info("deliveries.expired", days=len(dropped), strays=deleted)


def _end_what_was_left_behind() -> None:
    """Cancel what waits for disabled endpoints, and delete what waits for none."""
    endpoint = Endpoint.objects.filter(pk=OuterRef("endpoint_id"))
    Delivery.objects.filter(~Exists(endpoint), state=DeliveryState.PENDING).delete()
    for disabled in Endpoint.objects.filter(
        Exists(Delivery.objects.filter(endpoint=OuterRef("pk"), state=DeliveryState.PENDING)),
        state=EndpointState.DISABLED,
    ):
        cancel_pending(disabled)


def _drop_before(first_kept: date) -> list[date]:
    dropped = DELIVERY_PARTITIONS.drop_before(first_kept, unless_any="state = 'pending'")
    oldest = min([first_kept, *DELIVERY_PARTITIONS.days()])
    if oldest < first_kept:
        log.warning("deliveries.kept_pending", oldest_day=oldest.isoformat())
    for partitions in (MESSAGE_PARTITIONS, ATTEMPT_PARTITIONS):
        partitions.drop_before(oldest)
    return dropped


def _delete_strays(expiry: date) -> int:
    """Delete in portions, each a transaction of its own, so that nobody waits long for a lock."""
    deleted = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_DELETE_STRAYS, {"expiry": expiry, "limit": DELETE_AT_ONCE})
            portion = int(cursor.rowcount)
        deleted += portion
        if portion < DELETE_AT_ONCE:
            break
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_STRAY_MESSAGES, [expiry])
    return deleted
