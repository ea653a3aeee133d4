"""Recording: what came of attempts, in bulk, and only while the lease is still ours."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.db import connection, transaction

from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.context import bound
from apps.webhooks.events import OWN_TOPICS, DeliveryExhausted
from apps.webhooks.metrics import ATTEMPTS
from apps.webhooks.models import Delivery
from apps.webhooks.services.endpoints import disable, owner_of
from apps.webhooks.services.standing import hold_changing, note_standing
from apps.webhooks.types import Answer, DeliveryState, DisabledBy, Judged, Outcome, Parcel
from apps.webhooks.verdicts import verdict_on

log = structlog.get_logger("webhooks")

MAX_HEADERS = 50
MAX_HEADER_LENGTH = 500

_ATTEMPT_COLUMNS = (
    *("delivery_id", "number", "started_at", "duration_ms", "dns_ms", "connect_ms", "tls_ms"),
    *("first_byte_ms", "request_headers", "status", "response_headers", "response_body"),
    *("is_cut", "outcome", "error", "reason", "next_attempt_at"),
)
_COPY_ATTEMPTS = f"COPY webhooks_attempt ({', '.join(_ATTEMPT_COLUMNS)}) FROM STDIN"

# Sorted by id on the way in, so that two workers lock rows in one order.
_RECORD = """
UPDATE webhooks_delivery delivery
SET state = done.state,
    due_at = done.due_at,
    lease_token = NULL,
    attempt_count = delivery.attempt_count + 1,
    retries_used = delivery.retries_used + CASE WHEN done.state = 'pending' THEN 1 ELSE 0 END,
    last_status = done.status,
    last_reason = left(done.reason, 300),
    finished_at = CASE WHEN done.state = 'pending' THEN NULL ELSE %(now)s END,
    updated_at = %(now)s
FROM unnest(
    %(ids)s::bigint[], %(moments)s::timestamptz[], %(tokens)s::uuid[], %(states)s::text[],
    %(due)s::timestamptz[], %(statuses)s::smallint[], %(reasons)s::text[]
) AS done(id, occurred_at, token, state, due_at, status, reason)
WHERE delivery.id = done.id AND delivery.occurred_at = done.occurred_at
    AND delivery.occurred_at BETWEEN %(first)s AND %(last)s
    AND delivery.lease_token = done.token
RETURNING delivery.id
"""
_RELEASE = """
UPDATE webhooks_delivery delivery SET due_at = %(now)s, lease_token = NULL
FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[], %(tokens)s::uuid[])
    AS unsent(id, occurred_at, token)
WHERE delivery.id = unsent.id AND delivery.occurred_at = unsent.occurred_at
    AND delivery.occurred_at BETWEEN %(first)s AND %(last)s
    AND delivery.lease_token = unsent.token
"""


def judge(delivered: Iterable[tuple[Parcel, Answer]]) -> list[Judged]:
    """Return what each answer means, in order of the deliveries' ids."""
    moment, schedule = now(), settings.WEBHOOKS_RETRY_SECONDS
    judged = (
        Judged(
            parcel=parcel,
            answer=answer,
            verdict=verdict_on(
                answer, retries_used=parcel.retries_used, schedule=schedule, now=moment
            ),
            judged_at=moment,
        )
        for parcel, answer in delivered
    )
    return sorted(judged, key=lambda each: each.parcel.delivery_id)


@transaction.atomic
def record(judged: Sequence[Judged]) -> None:
    """Write one row per attempt and move the deliveries whose lease is still ours.

    Endpoints are held before deliveries, as whoever disables one does. Announces
    DeliveryExhausted, and EndpointDisabled where one answered 410.
    """
    endpoints = hold_changing(judged)
    note_standing(judged, endpoints)
    _copy_attempts(judged)
    moved = _move(judged)
    for endpoint_id in {
        each.parcel.endpoint_id for each in judged if each.verdict.is_endpoint_gone
    }:
        if endpoint_id in endpoints:
            disable(endpoints[endpoint_id], by=DisabledBy.GONE)
    _announce_exhausted([each for each in judged if each.parcel.delivery_id in moved])
    for state, count in Counter(each.verdict.state for each in judged).items():
        ATTEMPTS.labels(state).inc(count)


@transaction.atomic
def release(parcels: Sequence[Parcel]) -> None:
    """Give back what there was no time to send; it is due at once."""
    values: dict[str, Any] = {"now": now(), **_leases(parcels)}
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, values)


def _move(judged: Sequence[Judged]) -> set[int]:
    """Move the deliveries whose lease was still ours, and return their ids."""
    values: dict[str, Any] = {
        "now": now(),
        **_leases([each.parcel for each in judged]),
        "states": [each.verdict.state.value for each in judged],
        "due": [each.next_attempt_at for each in judged],
        "statuses": [each.answer.status for each in judged],
        "reasons": [each.verdict.reason for each in judged],
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, values)
        return {delivery_id for (delivery_id,) in cursor.fetchall()}


def _leases(parcels: Sequence[Parcel]) -> dict[str, Any]:
    """Return what finds the deliveries; first and last keep PostgreSQL out of the other days."""
    moments = [parcel.occurred_at for parcel in parcels]
    return {
        "ids": [parcel.delivery_id for parcel in parcels],
        "moments": moments,
        "first": min(moments),
        "last": max(moments),
        "tokens": [parcel.lease_token for parcel in parcels],
    }


def _copy_attempts(judged: Sequence[Judged]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY_ATTEMPTS) as copy:
        for each in judged:
            copy.write_row(_attempt_row(each))


def _attempt_row(judged: Judged) -> tuple[object, ...]:
    answer, timing = judged.answer, judged.answer.timing
    has_succeeded = judged.verdict.state == DeliveryState.SUCCEEDED
    return (
        *(judged.parcel.delivery_id, judged.parcel.attempt_number, answer.started_at),
        *(timing.total_ms, timing.dns_ms, timing.connect_ms, timing.tls_ms, timing.first_byte_ms),
        *(orjson.dumps(answer.request_headers).decode(), answer.status),
        *(_kept_headers(answer.response_headers), answer.response_body, answer.is_cut),
        (Outcome.SUCCEEDED if has_succeeded else Outcome.FAILED).value,
        *(answer.error, judged.verdict.reason, judged.next_attempt_at),
    )


def _kept_headers(headers: Sequence[tuple[str, str]]) -> str:
    kept = [[_storable(name), _storable(value)] for name, value in headers[:MAX_HEADERS]]
    return orjson.dumps(kept).decode()


def _storable(text: str) -> str:
    """Return a text that PostgreSQL takes, whatever bytes a receiver sent."""
    return text[:MAX_HEADER_LENGTH].encode(errors="replace").decode().replace("\x00", "")


def _announce_exhausted(moved: Sequence[Judged]) -> None:
    # See `events`: what tells of webhooks must not make more of its kind.
    parcels = {
        each.parcel.delivery_id: each.parcel
        for each in moved
        if each.verdict.state == DeliveryState.FAILED
        and not each.parcel.topic.startswith(OWN_TOPICS)
    }
    deliveries = Delivery.objects.filter(id__in=parcels).select_related("endpoint__owner")
    for delivery in deliveries.order_by("id"):
        parcel = parcels[delivery.id]
        with bound(parcel.cause):
            announce(
                DeliveryExhausted(
                    audience=owner_of(delivery.endpoint),
                    endpoint_id=delivery.endpoint.public_id,
                    delivery_id=delivery.public_id,
                    event_type=parcel.topic,
                )
            )
