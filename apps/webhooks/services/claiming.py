"""Claiming: a worker takes deliveries that are due, fairly among endpoints, under a lease."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction

from apps.kernel.clock import now
from apps.kernel.errors import AppError
from apps.kernel.ids import new_id
from apps.webhooks.models import Endpoint, Message
from apps.webhooks.pace import FIRST_WINDOW
from apps.webhooks.secrets import opened
from apps.webhooks.selectors import living_secrets
from apps.webhooks.types import Contents, Parcel

log = structlog.get_logger("webhooks")

# Longer than an attempt and its recording take together.
LEASE = timedelta(seconds=60)

# `busy` hops along the index from one endpoint with pending deliveries to the next, so a million
# deliveries of one cost as much as one. Among more endpoints than there is room for, chance
# decides, and each gets its share. Locked rows belong to another worker at this moment.
_CLAIM = """
WITH RECURSIVE busy(endpoint_id) AS (
    (SELECT endpoint_id FROM webhooks_delivery
     WHERE state = 'pending' ORDER BY endpoint_id LIMIT 1)
    UNION ALL
    SELECT (SELECT endpoint_id FROM webhooks_delivery
            WHERE state = 'pending' AND endpoint_id > busy.endpoint_id
            ORDER BY endpoint_id LIMIT 1)
    FROM busy WHERE busy.endpoint_id IS NOT NULL
), served AS MATERIALIZED (
    SELECT endpoint.id, coalesce(pace.room, %(first_window)s) AS room, count(*) OVER () AS number
    FROM busy
    JOIN webhooks_endpoint endpoint ON endpoint.id = busy.endpoint_id
    LEFT JOIN unnest(%(paced)s::bigint[], %(rooms)s::int[]) AS pace(endpoint_id, room)
        ON pace.endpoint_id = endpoint.id
    WHERE endpoint.state = 'enabled'
        AND (endpoint.paused_until IS NULL OR endpoint.paused_until <= %(now)s)
    ORDER BY random()
), due AS MATERIALIZED (
    SELECT delivery.id, delivery.occurred_at
    FROM served CROSS JOIN LATERAL (
        SELECT id, occurred_at FROM webhooks_delivery
        WHERE endpoint_id = served.id AND state = 'pending' AND due_at <= %(now)s
        ORDER BY due_at
        LIMIT least(served.room, greatest(%(first_window)s, %(limit)s / served.number))
        FOR UPDATE SKIP LOCKED
    ) AS delivery
    LIMIT %(limit)s
)
UPDATE webhooks_delivery delivery
SET due_at = %(leased_until)s, lease_token = %(token)s
FROM due WHERE delivery.id = due.id AND delivery.occurred_at = due.occurred_at
RETURNING delivery.id, delivery.occurred_at, delivery.endpoint_id, delivery.message_id,
    delivery.attempt_count, delivery.retries_used
"""


@transaction.atomic
def claim_due(*, limit: int, rooms: Mapping[int, int]) -> list[Parcel]:
    """Take up to ``limit`` due deliveries under a lease, with all that sending them takes.

    ``rooms`` says how many more of an endpoint may be held, where that is not the usual number.
    What is not recorded before the lease ends falls due again.
    """
    moment, token = now(), new_id()
    leased_until = moment + LEASE
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "now": moment,
                "limit": limit,
                "first_window": FIRST_WINDOW,
                "paced": list(rooms),
                "rooms": list(rooms.values()),
                "leased_until": leased_until,
                "token": token,
            },
        )
        rows = cursor.fetchall()
    return _parcels(rows, token=token, leased_until=leased_until) if rows else []


def _parcels(
    rows: Sequence[tuple[int, datetime, int, int, int, int]], *, token: UUID, leased_until: datetime
) -> list[Parcel]:
    urls = dict(Endpoint.objects.filter(id__in={row[2] for row in rows}).values_list("id", "url"))
    secrets = _secrets(urls)
    messages = _messages({row[3] for row in rows}, moments={row[1] for row in rows})
    return [
        Parcel(
            delivery_id=delivery_id,
            occurred_at=occurred_at,
            lease_token=token,
            leased_until=leased_until,
            endpoint_id=endpoint_id,
            url=urls[endpoint_id],
            secrets=secrets.get(endpoint_id, ()),
            attempt_number=attempt_count + 1,
            retries_used=retries_used,
            **messages[message_id],
        )
        for delivery_id, occurred_at, endpoint_id, message_id, attempt_count, retries_used in rows
    ]


def _messages(ids: Collection[int], *, moments: Collection[datetime]) -> dict[int, Contents]:
    """Return what parcels hold of messages; no model instances, which cost more than the query."""
    rows = Message.objects.filter(
        id__in=ids, occurred_at__range=(min(moments), max(moments))
    ).values_list("id", "public_id", "topic", "body", "correlation_id", "traceparent")
    return {
        message_id: {
            "message_id": public_id,
            "topic": topic,
            "body": bytes(body),
            "correlation_id": correlation_id,
            "traceparent": traceparent,
        }
        for message_id, public_id, topic, body, correlation_id, traceparent in rows
    }


def _secrets(endpoint_ids: Iterable[int]) -> dict[int, tuple[bytes, ...]]:
    secrets: dict[int, tuple[bytes, ...]] = {}
    for row in living_secrets(endpoint_ids):
        try:
            secret = opened(row)
        except AppError as error:
            # One endpoint's fault must not hold up the others; its attempts say so.
            log.error("secret.unreadable", endpoint_id=row.endpoint_id, exc_info=error)  # noqa: TRY400
            continue
        secrets[row.endpoint_id] = (*secrets.get(row.endpoint_id, ()), secret)
    return secrets
