"""Claiming: a worker takes deliveries that are due, fairly among accounts, under a lease."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection, transaction

from apps.accounts.selectors import users_by_ids
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.notifications.models import ProviderAccount
from apps.notifications.types import (
    Address,
    Channel,
    Content,
    DeliveryState,
    Parcel,
    PushService,
    Urgency,
)

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
_END = """
UPDATE notifications_delivery delivery
SET state = ended.state, due_at = NULL, lease_token = NULL, last_code = ended.code,
    last_reason = ended.reason, finished_at = %(now)s, updated_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(codes)s::text[], %(reasons)s::text[])
    AS ended(id, state, code, reason)
WHERE delivery.id = ended.id
"""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a worker has taken: parcels, the accounts they go by, and what ended unsent."""

    parcels: Sequence[Parcel]
    accounts: Mapping[int, ProviderAccount]
    ended: int


class _Row(NamedTuple):
    """A claimed delivery, as `_CLAIM` returns it."""

    id: int
    public_id: UUID
    user_id: int
    channel: str
    account_id: int | None
    content: str
    urgency: str
    collapse_id: str
    # In seconds since 1970, as all moments here: those are read three times as fast.
    expires_at: float
    attempt_count: int
    correlation_id: str
    traceparent: str
    device_id: int | None
    device_user_id: int | None
    is_retired: bool
    service: str
    token: str
    fid: str
    p256dh: str
    auth: str
    app_id: str
    registered_at: float


class _End(NamedTuple):
    """Why a delivery is over without having been sent."""

    state: DeliveryState
    code: str
    reason: str


_EXPIRED = _End(
    DeliveryState.EXPIRED, "expired", "Its time to live was over before it could be sent."
)
_RETIRED = _End(DeliveryState.RETIRED, "retired", "The device was retired before it could be sent.")
_MOVED = _End(DeliveryState.RETIRED, "moved", "The device has another user by now.")
_NO_ACCOUNT = _End(DeliveryState.FAILED, "no_account", "Its account at the provider was removed.")
_NO_ADDRESS = _End(DeliveryState.FAILED, "no_address", "The person has no e-mail address.")


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
        rows = [_Row(*row) for row in cursor.fetchall()]
    emails = _emails(rows)
    ends = {row.id: end for row in rows if (end := _end_of(row, emails, moment))}
    _end(ends, moment)
    parcels = [
        _parcel(row, emails, token=token, leased_until=moment + LEASE)
        for row in rows
        if row.id not in ends
    ]
    accounts = ProviderAccount.objects.in_bulk({parcel.account_id for parcel in parcels} - {None})
    return Claim(parcels=parcels, accounts=accounts, ended=len(ends))


def _emails(rows: Sequence[_Row]) -> Mapping[int, str]:
    user_ids = {row.user_id for row in rows if row.channel == Channel.EMAIL.value}
    if not user_ids:
        return {}
    return {user_id: user.email for user_id, user in users_by_ids(user_ids).items()}


def _end_of(row: _Row, emails: Mapping[int, str], moment: datetime) -> _End | None:
    """Return why a delivery is not sent any more, if it is not."""
    if row.expires_at <= moment.timestamp():
        return _EXPIRED
    if row.channel == Channel.EMAIL.value:
        return None if emails.get(row.user_id) else _NO_ADDRESS
    if row.device_id is None or row.is_retired:
        return _RETIRED
    if row.device_user_id != row.user_id:
        return _MOVED
    return _NO_ACCOUNT if row.account_id is None else None


def _end(ends: Mapping[int, _End], moment: datetime) -> None:
    if not ends:
        return
    values: dict[str, Any] = {
        "now": moment,
        "ids": list(ends),
        "states": [end.state.value for end in ends.values()],
        "codes": [end.code for end in ends.values()],
        "reasons": [end.reason for end in ends.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(_END, values)


def _parcel(row: _Row, emails: Mapping[int, str], *, token: UUID, leased_until: datetime) -> Parcel:
    return Parcel(
        delivery_id=row.id,
        reference=row.public_id,
        channel=Channel(row.channel),
        lease_token=token,
        leased_until=leased_until,
        expires_at=datetime.fromtimestamp(row.expires_at, UTC),
        attempt_number=row.attempt_count + 1,
        content=Content(**orjson.loads(row.content)),
        urgency=Urgency(row.urgency),
        collapse_id=row.collapse_id,
        account_id=row.account_id,
        registration_id=row.device_id,
        address=_address(row),
        email=emails.get(row.user_id, ""),
        correlation_id=row.correlation_id,
        traceparent=row.traceparent,
    )


def _address(row: _Row) -> Address | None:
    if row.device_id is None:
        return None
    return Address(
        service=PushService(row.service),
        token=row.token,
        fid=row.fid,
        p256dh=row.p256dh,
        auth=row.auth,
        app_id=row.app_id,
        registered_at=datetime.fromtimestamp(row.registered_at, UTC),
    )
