"""Retiring registrations: devices that their provider says are gone, or that went silent."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from apps.events.services import announce
from apps.kernel.clock import now
from apps.notifications.events import DeviceRetired
from apps.notifications.models import Registration
from apps.notifications.types import Outcome, RetireReason
from apps.notifications.verdicts import Judged

RETIRE_AT_ONCE = 500

# Only those that have not told us of themselves since the provider learned that they are gone.
_RETIRE = """
UPDATE notifications_registration registration
SET retired_at = %(now)s, retire_reason = %(reason)s, updated_at = %(now)s
FROM (
    SELECT registration.id FROM notifications_registration registration
    JOIN unnest(%(ids)s::bigint[], %(since)s::timestamptz[]) AS gone(id, since) USING (id)
    WHERE registration.retired_at IS NULL AND registration.registered_at <= gone.since
    ORDER BY registration.id FOR NO KEY UPDATE OF registration
) AS locked
WHERE registration.id = locked.id
RETURNING registration.id
"""
# Once a day is enough to know that a device is alive; what another worker notes just now is left.
_NOTE_ALIVE = """
UPDATE notifications_registration SET last_accepted_at = %(now)s
WHERE id IN (
    SELECT id FROM notifications_registration
    WHERE id = ANY(%(ids)s)
        AND (last_accepted_at IS NULL OR last_accepted_at < %(now)s - interval '1 day')
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
)
"""


def note_devices(judged: Sequence[Judged]) -> None:
    """Retire the devices that are gone, and note those that are alive; in the caller's transaction.

    Announces DeviceRetired.
    """
    gone = {
        each.parcel.registration_id: each.reply.gone_since or each.reply.started_at
        for each in judged
        if each.outcome is Outcome.RETIRED and each.parcel.registration_id is not None
    }
    if gone:
        _retire(gone, reason=RetireReason.UNREGISTERED)
    alive = [
        each.parcel.registration_id
        for each in judged
        if each.outcome is Outcome.ACCEPTED and each.parcel.registration_id is not None
    ]
    if alive:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE_ALIVE, {"now": now(), "ids": alive})


def retire_stale() -> int:
    """Retire devices that neither we nor their provider have heard of for long; say how many.

    Announces DeviceRetired.
    """
    moment = now()
    silent_since = moment - timedelta(days=settings.NOTIFICATIONS_STALE_DEVICE_DAYS)
    stale = Registration.objects.filter(
        Q(last_accepted_at=None) | Q(last_accepted_at__lt=silent_since),
        retired_at=None,
        registered_at__lt=silent_since,
    ).order_by("id")
    retired = 0
    while portion := dict(stale.values_list("id", "registered_at")[:RETIRE_AT_ONCE]):
        with transaction.atomic():
            _retire(portion, reason=RetireReason.STALE)
        retired += len(portion)
    return retired


def retire(registration_ids: Collection[int], *, reason: RetireReason) -> None:
    """Retire devices, by internal ids, whatever they told lately; in the caller's transaction.

    Announces DeviceRetired for each that was not.
    """
    if registration_ids:
        _retire(dict.fromkeys(registration_ids, now()), reason=reason)


def retire_after(
    registrations: QuerySet[Registration], *, moment: datetime, reason: RetireReason
) -> None:
    """Retire the devices among these that told of themselves before something happened to them.

    In the caller's transaction. Announces DeviceRetired for each that was not retired.
    """
    live = registrations.filter(retired_at=None)
    if gone := dict.fromkeys(live.values_list("pk", flat=True), moment):
        _retire(gone, reason=reason)


def _retire(gone: Mapping[int, datetime], *, reason: RetireReason) -> None:
    values: dict[str, Any] = {
        "now": now(),
        "reason": reason.value,
        "ids": list(gone),
        "since": list(gone.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RETIRE, values)
        ids = [registration_id for (registration_id,) in cursor.fetchall()]
    retired = Registration.objects.filter(id__in=ids).order_by("id")
    for registration_id, user_id in retired.values_list("public_id", "user__public_id"):
        announce(
            DeviceRetired(
                audience=(f"user:{user_id}",),
                user_id=user_id,
                registration_id=registration_id,
                reason=reason.value,
            )
        )
