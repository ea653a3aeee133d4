"""Claimed deliveries as rows of one statement, and as parcels."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from apps.notifications.types import Address, Channel, Content, Parcel, PushService, Urgency


class ClaimedRow(NamedTuple):
    """A claimed delivery, as `claiming` reads it."""

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


def parcel_of(
    row: ClaimedRow, emails: Mapping[int, str], *, token: UUID, leased_until: datetime
) -> Parcel:
    """Return a row as a worker carries it; ``emails`` are addresses by users' ids."""
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


def _address(row: ClaimedRow) -> Address | None:
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
