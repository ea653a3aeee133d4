"""Deliveries that end unsent: late, without a device, without an account or an address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from apps.notifications.services.claimed_rows import ClaimedRow
from apps.notifications.types import Channel, DeliveryState

_END = """
UPDATE notifications_delivery delivery
SET state = ended.state, due_at = NULL, lease_token = NULL, last_code = ended.code,
    last_reason = ended.reason, finished_at = %(now)s, updated_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(codes)s::text[], %(reasons)s::text[])
    AS ended(id, state, code, reason)
WHERE delivery.id = ended.id
"""


class End(NamedTuple):
    """Which state a delivery ends in, and why."""

    state: DeliveryState
    code: str
    reason: str


_EXPIRED = End(
    DeliveryState.EXPIRED, "expired", "Its time to live was over before it could be sent."
)
_RETIRED = End(DeliveryState.RETIRED, "retired", "The device was retired before it could be sent.")
_MOVED = End(DeliveryState.RETIRED, "moved", "The device has another user by now.")
_NO_ACCOUNT = End(DeliveryState.FAILED, "no_account", "Its account at the provider was removed.")
_NO_ADDRESS = End(DeliveryState.FAILED, "no_address", "The person has no e-mail address.")


def end_of(row: ClaimedRow, emails: Mapping[int, str], moment: datetime) -> End | None:
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


def end_unsent(ends: Mapping[int, End], moment: datetime) -> None:
    """Bring deliveries to their ends, by internal ids; in the caller's transaction."""
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
