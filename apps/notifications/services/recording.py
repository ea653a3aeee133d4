"""Recording: what came of attempts, in bulk, and only while that can still be news."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db import connection, transaction

from apps.events.services import announce_all
from apps.kernel.clock import now
from apps.kernel.context import continued_from
from apps.notifications.courier import carrier_of
from apps.notifications.events import DeliveryFailed
from apps.notifications.metrics import ATTEMPTS
from apps.notifications.models import Delivery
from apps.notifications.services import tokens
from apps.notifications.services.alarming import note_accounts
from apps.notifications.services.retiring import note_devices
from apps.notifications.types import DeliveryState, Outcome, Parcel, Reply
from apps.notifications.verdicts import Judged, judged

_ATTEMPT_COLUMNS = (
    *("delivery_id", "number", "started_at", "duration_ms", "status", "code", "reason"),
    *("provider_id", "outcome", "next_attempt_at"),
)
_COPY_ATTEMPTS = f"COPY notifications_attempt ({', '.join(_ATTEMPT_COLUMNS)}) FROM STDIN"

# Sorted by id on the way in, so that two workers lock rows in one order.
#
# What the app has told of meanwhile keeps its state. An acceptance counts even where the lease is
# another worker's by now: it saves the device a second push.
_RECORD = """
UPDATE notifications_delivery delivery
SET state = CASE WHEN delivery.state = 'queued' THEN done.state ELSE delivery.state END,
    due_at = CASE WHEN delivery.state = 'queued' THEN done.due_at END,
    lease_token = NULL,
    attempt_count = delivery.attempt_count + 1,
    last_status = done.status,
    last_code = done.code,
    last_reason = done.reason,
    provider_id = done.provider_id,
    accepted_at = CASE WHEN done.state = 'accepted' THEN %(now)s ELSE delivery.accepted_at END,
    finished_at = CASE WHEN done.state = 'queued' THEN delivery.finished_at ELSE %(now)s END,
    updated_at = %(now)s
FROM json_to_recordset(%(done)s::json) AS done(
    id bigint, token uuid, state text, due_at timestamptz, status smallint, code text, reason text,
    provider_id text
)
WHERE delivery.id = done.id AND (
    delivery.lease_token = done.token
    OR delivery.state IN ('delivered', 'opened')
    OR (delivery.state = 'queued' AND done.state = 'accepted')
)
RETURNING delivery.id, delivery.state
"""
_RELEASE = """
UPDATE notifications_delivery delivery SET due_at = %(now)s, lease_token = NULL
FROM unnest(%(ids)s::bigint[], %(tokens)s::uuid[]) AS unsent(id, token)
WHERE delivery.id = unsent.id AND delivery.lease_token = unsent.token
"""
_FAILURES = frozenset({DeliveryState.FAILED, DeliveryState.RETIRED, DeliveryState.EXPIRED})


@transaction.atomic
def record(replies: Iterable[tuple[Parcel, Reply]]) -> Mapping[int, float]:
    """Write one row per attempt, and move deliveries, devices and accounts by what was replied.

    Announces DeliveryFailed, DeviceRetired, ProviderMisconfigured and ProviderRecovered. Returns
    for how many seconds which accounts are paused.
    """
    moment = now()
    all_judged = sorted(
        (judged(parcel, reply, now=moment) for parcel, reply in replies),
        key=lambda each: each.parcel.delivery_id,
    )
    _copy_attempts(all_judged)
    states = _move(all_judged)
    note_devices(all_judged)
    paused = note_accounts(all_judged)
    _forget_tokens(all_judged)
    _announce_failures([each for each in all_judged if _has_failed(each, states)])
    _count(all_judged)
    return paused


@transaction.atomic
def release(parcels: Sequence[Parcel]) -> None:
    """Give back what was not sent; it is due at once."""
    values: dict[str, Any] = {
        "now": now(),
        "ids": [parcel.delivery_id for parcel in parcels],
        "tokens": [parcel.lease_token for parcel in parcels],
    }
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, values)


def _copy_attempts(all_judged: Sequence[Judged]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY_ATTEMPTS) as copy:
        for each in all_judged:
            copy.write_row(_attempt_row(each))


def _attempt_row(each: Judged) -> tuple[object, ...]:
    reply = each.reply
    return (
        *(each.parcel.delivery_id, each.parcel.attempt_number, reply.started_at),
        *(reply.duration_ms, reply.status, _storable(reply.code), _storable(each.reason)),
        *(_storable(reply.provider_id), each.outcome.value, each.next_attempt_at),
    )


def _move(all_judged: Sequence[Judged]) -> dict[int, DeliveryState]:
    """Move the deliveries, and return the states of those that were moved."""
    # As JSON: psycopg takes ten times as long for an array of each column.
    done = orjson.dumps([_outcome_row(each) for each in all_judged]).decode()
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {"now": now(), "done": done})
        return {delivery_id: DeliveryState(state) for delivery_id, state in cursor.fetchall()}


def _outcome_row(each: Judged) -> dict[str, object]:
    reply = each.reply
    return {
        "id": each.parcel.delivery_id,
        "token": each.parcel.lease_token,
        "state": each.state,
        "due_at": each.next_attempt_at,
        "status": reply.status,
        "code": _storable(reply.code),
        "reason": _storable(each.reason),
        "provider_id": _storable(reply.provider_id),
    }


def _storable(text: str) -> str:
    """Return a text that PostgreSQL takes, whatever bytes a provider sent."""
    return text.encode(errors="replace").decode().replace("\x00", "")


def _has_failed(each: Judged, states: dict[int, DeliveryState]) -> bool:
    return states.get(each.parcel.delivery_id) in _FAILURES


def _forget_tokens(all_judged: Sequence[Judged]) -> None:
    refused = {
        (each.parcel.account_id, each.reply.token_issued_at)
        for each in all_judged
        if each.reply.is_token_refused and each.outcome is not Outcome.MISCONFIGURED
    }
    for account_id, issued_at in refused:
        if account_id is not None and issued_at is not None:
            tokens.forget(account_id, issued_at=issued_at)


def _announce_failures(failed: Sequence[Judged]) -> None:
    by_id = {each.parcel.delivery_id: each for each in failed}
    rows = (
        Delivery.objects.filter(id__in=by_id)
        .order_by("id")
        .values_list("id", "recipient__notification__public_id", "user__public_id")
    )
    events, contexts = [], []
    for delivery_id, notification_id, user_id in rows if by_id else ():
        each = by_id[delivery_id]
        parcel = each.parcel
        events.append(
            DeliveryFailed(
                audience=(f"user:{user_id}",),
                notification_id=notification_id,
                delivery_id=parcel.reference,
                user_id=user_id,
                channel=parcel.channel.value,
                state=each.state.value,
                reason=each.reply.code or _storable(each.reason),
            )
        )
        contexts.append(
            continued_from(correlation_id=parcel.correlation_id, traceparent=parcel.traceparent)
        )
    announce_all(events, contexts=contexts)


def _count(all_judged: Sequence[Judged]) -> None:
    counted = Counter((carrier_of(each.parcel), each.outcome.value) for each in all_judged)
    for (carrier, outcome), number in counted.items():
        ATTEMPTS.labels(carrier, outcome).inc(number)
