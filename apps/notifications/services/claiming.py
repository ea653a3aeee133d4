"""Claiming: a worker takes deliveries that are due, fairly among accounts, under a lease."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from apps.accounts.selectors import users_by_ids
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.notifications.models import ProviderAccount
from apps.notifications.services.claimed_rows import ClaimedRow, parcel_of
from apps.notifications.services.unsendable import end_of, end_unsent
from apps.notifications.types import Channel, Parcel

# Longer than an attempt and its recording take together.
LEASE = timedelta(seconds=60)

# A line is what one account has to carry; mail has none and stands in a line of its own. Each that
# has something due gets its share, whatever the others have. Locked rows are another worker's.
_CLAIM = """
WITH line AS MATERIALIZED (
    SELECT id FROM notifications_provideraccount account
    WHERE is_enabled AND (paused_until IS NULL OR paused_until <= %(now)s) AND EXISTS (
        SELECT 1 FROM notifications_delivery
        WHERE account_id = account.id AND state = 'queued' AND due_at <= %(now)s
    )
    UNION ALL
    SELECT NULL WHERE EXISTS (
        SELECT 1 FROM notifications_delivery
        WHERE account_id IS NULL AND state = 'queued' AND due_at <= %(now)s
    )
), due AS MATERIALIZED (
    SELECT delivery.* FROM (SELECT id, count(*) OVER () AS number FROM line) AS line
    CROSS JOIN LATERAL (
        SELECT * FROM (
            SELECT id, recipient_id, registration_id FROM notifications_delivery
            WHERE account_id = line.id AND state = 'queued' AND due_at <= %(now)s
            ORDER BY due_at LIMIT ceil(%(limit)s::numeric / line.number)
            FOR NO KEY UPDATE SKIP LOCKED
        ) AS push
        UNION ALL
        SELECT * FROM (
            SELECT id, recipient_id, registration_id FROM notifications_delivery
            WHERE line.id IS NULL AND account_id IS NULL AND state = 'queued' AND due_at <= %(now)s
            ORDER BY due_at LIMIT ceil(%(limit)s::numeric / line.number)
            FOR NO KEY UPDATE SKIP LOCKED
        ) AS mail
    ) AS delivery
)
UPDATE notifications_delivery delivery
SET due_at = %(leased_until)s, lease_token = %(token)s
FROM due
JOIN notifications_recipient recipient ON recipient.id = due.recipient_id
JOIN notifications_notification notification ON notification.id = recipient.notification_id
LEFT JOIN notifications_registration device ON device.id = due.registration_id
WHERE delivery.id = due.id
RETURNING delivery.id, delivery.public_id, delivery.user_id, delivery.channel,
    delivery.account_id, delivery.content, delivery.urgency, delivery.collapse_id,
    extract(epoch FROM delivery.expires_at)::float8, delivery.attempt_count,
    notification.correlation_id,
    notification.traceparent, device.id, device.user_id, device.retired_at IS NOT NULL,
    device.service,
    device.token, device.fid, device.p256dh, device.auth, device.app_id,
    extract(epoch FROM device.registered_at)::float8
"""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a worker has taken: parcels, the accounts they go by, and what ended unsent."""

    parcels: Sequence[Parcel]
    accounts: Mapping[int, ProviderAccount]
    ended: int


@transaction.atomic
def claim_due(*, limit: int) -> Claim:
    """Take about ``limit`` due deliveries under a lease, with all that sending them takes.

    What is not recorded before the lease ends falls due again. What cannot be sent any more, for
    its time is over or its device gone, ends here.
    """
    moment, token = now(), new_id()
    values: dict[str, Any] = {
        "now": moment,
        "limit": limit,
        "leased_until": moment + LEASE,
        "token": token,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        rows = [ClaimedRow(*row) for row in cursor.fetchall()]
    emails = _emails(rows)
    ends = {row.id: end for row in rows if (end := end_of(row, emails, moment))}
    end_unsent(ends, moment)
    parcels = [
        parcel_of(row, emails, token=token, leased_until=moment + LEASE)
        for row in rows
        if row.id not in ends
    ]
    accounts = ProviderAccount.objects.in_bulk({parcel.account_id for parcel in parcels} - {None})
    return Claim(parcels=parcels, accounts=accounts, ended=len(ends))


def _emails(rows: Sequence[ClaimedRow]) -> Mapping[int, str]:
    user_ids = {row.user_id for row in rows if row.channel == Channel.EMAIL.value}
    if not user_ids:
        return {}
    return {user_id: user.email for user_id, user in users_by_ids(user_ids).items()}
