"""Keeping the tables: a day's attempts are dropped whole, and old notifications row by row."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection

from apps.kernel.clock import now
from apps.notifications.models import ATTEMPT_PARTITIONS
from apps.notifications.services.retiring import retire_stale

log = structlog.get_logger("notifications")

PARTITIONS_AHEAD_DAYS = 14
ROWS_AT_ONCE = 2000

# Overdue deliveries of accounts that are switched off or paused: nobody claims those.
_EXPIRE = """
UPDATE notifications_delivery
SET state = 'expired', due_at = NULL, lease_token = NULL, finished_at = %(now)s,
    updated_at = %(now)s, last_code = 'expired',
    last_reason = 'Its time to live was over before it could be sent.'
WHERE id IN (
    SELECT id FROM notifications_delivery
    WHERE state = 'queued' AND expires_at <= %(now)s AND due_at <= %(now)s
    LIMIT %(limit)s
    FOR NO KEY UPDATE SKIP LOCKED
)
"""
# The recipients that went out long ago and of which nothing is under way, with their deliveries.
# What lies in an inbox stays there.
_DELETE_RECIPIENTS = """
WITH old AS MATERIALIZED (
    SELECT recipient.id FROM notifications_recipient recipient
    WHERE recipient.created_at < %(expiry)s AND recipient.state <> 'waiting'
        AND NOT EXISTS (
            SELECT 1 FROM notifications_delivery delivery
            WHERE delivery.recipient_id = recipient.id AND delivery.state = 'queued'
        )
    ORDER BY recipient.id LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), deliveries AS (
    DELETE FROM notifications_delivery USING old WHERE recipient_id = old.id
), items AS (
    UPDATE notifications_inboxitem SET recipient_id = NULL FROM old WHERE recipient_id = old.id
)
DELETE FROM notifications_recipient recipient USING old WHERE recipient.id = old.id
"""
_DELETE_NOTIFICATIONS = """
DELETE FROM notifications_notification WHERE id IN (
    SELECT id FROM notifications_notification notification
    WHERE finished_at < %(expiry)s AND NOT EXISTS (
        SELECT 1 FROM notifications_recipient WHERE notification_id = notification.id
    )
    ORDER BY id LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
"""
# Those whose time came long ago and that gather no recipient (any more).
_DELETE_DIGESTS = """
DELETE FROM notifications_digest WHERE id IN (
    SELECT id FROM notifications_digest digest
    WHERE closes_at < %(expiry)s AND NOT EXISTS (
        SELECT 1 FROM notifications_recipient WHERE digest_id = digest.id
    )
    ORDER BY id LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
"""


def maintain() -> None:
    """Make partitions ahead, let go what is past retention, retire devices that went silent."""
    ATTEMPT_PARTITIONS.ensure(days_ahead=PARTITIONS_AHEAD_DAYS)
    moment = now()
    expiry = moment - timedelta(days=settings.NOTIFICATIONS_RETENTION_DAYS)
    ATTEMPT_PARTITIONS.drop_before(expiry.date())
    _in_portions(_EXPIRE, {"now": moment})
    deleted = _in_portions(_DELETE_RECIPIENTS, {"expiry": expiry})
    _in_portions(_DELETE_NOTIFICATIONS, {"expiry": expiry})
    _in_portions(_DELETE_DIGESTS, {"expiry": expiry})
    retired = retire_stale()
    if deleted or retired:
        log.info("notifications.maintained", recipients_deleted=deleted, devices_retired=retired)


def _in_portions(statement: str, values: dict[str, datetime]) -> int:
    """Run a statement until it finds little, each time in a transaction of its own."""
    done = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, {**values, "limit": ROWS_AT_ONCE})
            portion = int(cursor.rowcount)
        done += portion
        if portion < ROWS_AT_ONCE:
            return done
