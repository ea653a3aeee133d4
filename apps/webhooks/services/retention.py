"""Keeping the tables: partitions of attempts, and an end to what is long finished."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef

from apps.kernel.clock import now
from apps.webhooks.models import ATTEMPT_PARTITIONS, Delivery, Endpoint, Message
from apps.webhooks.services.endpoints import cancel_pending
from apps.webhooks.types import EndpointState

log = structlog.get_logger("webhooks")

PARTITIONS_AHEAD_DAYS = 14
DELETE_AT_ONCE = 5000

_DELETE_FINISHED = """
DELETE FROM webhooks_delivery WHERE id IN (
    SELECT id FROM webhooks_delivery
    WHERE state <> 'pending' AND finished_at < %s LIMIT %s
)
"""


def maintain() -> None:
    """Make partitions ahead, drop and delete what is past retention, cancel what was left behind.

    Pending deliveries are kept however old they are.
    """
    expiry = now() - timedelta(days=settings.WEBHOOKS_RETENTION_DAYS)
    ATTEMPT_PARTITIONS.ensure(days_ahead=PARTITIONS_AHEAD_DAYS)
    dropped = ATTEMPT_PARTITIONS.drop_before(expiry.date())
    deleted = _delete_finished(expiry)
    for endpoint in Endpoint.objects.filter(
        Exists(Delivery.objects.filter(endpoint=OuterRef("pk"), state="pending")),
        state=EndpointState.DISABLED,
    ):
        cancel_pending(endpoint)
    if dropped or deleted:
        log.info("deliveries.expired", partitions=len(dropped), deliveries=deleted)


def _delete_finished(expiry: datetime) -> int:
    """Delete in portions, each a transaction of its own, so that nobody waits long for a lock."""
    deleted = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_DELETE_FINISHED, [expiry, DELETE_AT_ONCE])
            portion = int(cursor.rowcount)
        deleted += portion
        if portion < DELETE_AT_ONCE:
            break
    has_delivery = Exists(Delivery.objects.filter(message=OuterRef("pk")))
    Message.objects.filter(~has_delivery, created_at__lt=expiry).delete()
    return deleted
