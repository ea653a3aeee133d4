"""Claiming: a worker takes deliveries that are due, fairly among endpoints, under a lease."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction

from apps.kernel.clock import now
from apps.kernel.errors import AppError
from apps.kernel.ids import new_id
from apps.keyring.services import signers
from apps.keyring.types import Purpose, Signer
from apps.webhooks.models import Endpoint, Message
from apps.webhooks.pace import FIRST_WINDOW
from apps.webhooks.secrets import opened, opened_headers
from apps.webhooks.selectors import living_secrets
from apps.webhooks.types import Contents, Parcel

log = structlog.get_logger("webhooks")

# Longer than an attempt and its recording take together.
LEASE = timedelta(seconds=60)

# So far ahead deliveries of an endpoint with a rate are claimed, each with its time.
BOOKED_AHEAD = timedelta(seconds=2)
# So many keys of an ordered endpoint are looked at, from a random one on.
KEYS_LOOKED_AT = 500
# So many of an ordered endpoint's deliveries are searched for those without a key.
KEYLESS_AMONG = 1000

# `busy` hops along the index from one endpoint with pending deliveries to the next, so a million
# deliveries of one cost as much as one. Among more endpoints than there is room for, chance
# decides, and each gets its share. Locked rows belong to another worker at this moment.
#
# `careful` holds the endpoints that all workers share a budget of: with a rate, or with a breaker
# that is not closed, which lets one delivery through. `keyed` hops, in an ordered endpoint, from
# the oldest pending delivery of one key to that of the next; those behind it wait, also while it
# is under way or waits for its next attempt. Deliveries without a key are of the time before the
# endpoint was ordered.
_CLAIM = """
WITH RECURSIVE busy(endpoint_id) AS (
    (SELECT endpoint_id FROM webhooks_delivery
     WHERE state = 'pending' ORDER BY endpoint_id LIMIT 1)
    UNION ALL
    SELECT (SELECT endpoint_id FROM webhooks_delivery
            WHERE state = 'pending' AND endpoint_id > busy.endpoint_id
            ORDER BY endpoint_id LIMIT 1)
    FROM busy WHERE busy.endpoint_id IS NOT NULL
), careful AS MATERIALIZED (
    SELECT id, trips > 0 AS is_half_open, rate_per_second AS rate,
        greatest(booked_until, %(now)s) AS free_from
    FROM webhooks_endpoint
    WHERE (rate_per_second IS NOT NULL OR trips > 0)
        AND id IN (SELECT endpoint_id FROM busy)
        AND (paused_until IS NULL OR paused_until <= %(now)s)
        AND (probing_until IS NULL OR probing_until <= %(now)s)
        AND (booked_until IS NULL OR booked_until < %(booked_at_most)s)
    FOR NO KEY UPDATE SKIP LOCKED
), served AS MATERIALIZED (
    SELECT endpoint.id, endpoint.is_ordered, careful.is_half_open, careful.rate, careful.free_from,
        least(
            coalesce(pace.room, %(first_window)s),
            CASE WHEN careful.is_half_open THEN 1 END,
            ceil(careful.rate * extract(epoch FROM %(booked_at_most)s - careful.free_from))
        ) AS room,
        count(*) OVER () AS number,
        floor((random() - 0.5) * 4294967295)::int AS start
    FROM busy
    JOIN webhooks_endpoint endpoint ON endpoint.id = busy.endpoint_id
    LEFT JOIN careful ON careful.id = endpoint.id
    LEFT JOIN unnest(%(paced)s::bigint[], %(rooms)s::int[]) AS pace(endpoint_id, room)
        ON pace.endpoint_id = endpoint.id
    WHERE endpoint.state = 'enabled'
        AND (endpoint.paused_until IS NULL OR endpoint.paused_until <= %(now)s)
        AND (careful.id IS NOT NULL OR (endpoint.rate_per_second IS NULL AND endpoint.trips = 0))
    ORDER BY random()
), due AS MATERIALIZED (
    SELECT delivery.id, delivery.occurred_at,
        served.id AS endpoint_id, served.is_half_open, served.rate, served.free_from
    FROM served CROSS JOIN LATERAL (
        SELECT * FROM (
            SELECT id, occurred_at FROM webhooks_delivery
            WHERE NOT served.is_ordered
                AND endpoint_id = served.id AND state = 'pending' AND due_at <= %(now)s
            ORDER BY due_at
            LIMIT least(served.room, greatest(%(first_window)s, %(limit)s / served.number))
            FOR UPDATE SKIP LOCKED
        ) AS plain
        UNION ALL
        SELECT * FROM (
            WITH RECURSIVE keyed(hash, id, occurred_at, due_at, has_turned, hops) AS (
                SELECT served.start, NULL::bigint, NULL::timestamptz, NULL::timestamptz, false, 0
                UNION ALL
                SELECT head.* , keyed.hops + 1
                FROM keyed CROSS JOIN LATERAL (
                    SELECT * FROM (
                        (SELECT hashtext(ordering_key), id, occurred_at, due_at, keyed.has_turned
                         FROM webhooks_delivery
                         WHERE endpoint_id = served.id AND state = 'pending'
                            AND ordering_key <> '' AND hashtext(ordering_key) > keyed.hash
                            AND (NOT keyed.has_turned OR hashtext(ordering_key) <= served.start)
                         ORDER BY hashtext(ordering_key), id LIMIT 1)
                        UNION ALL
                        (SELECT hashtext(ordering_key), id, occurred_at, due_at, true
                         FROM webhooks_delivery
                         WHERE endpoint_id = served.id AND state = 'pending'
                            AND ordering_key <> '' AND hashtext(ordering_key) <= served.start
                            AND NOT keyed.has_turned
                         ORDER BY hashtext(ordering_key), id LIMIT 1)
                    ) AS turn
                    LIMIT 1
                ) AS head
                WHERE keyed.hops < %(keys)s AND served.is_ordered
            )
            SELECT delivery.id, delivery.occurred_at
            FROM keyed JOIN webhooks_delivery delivery
                ON delivery.id = keyed.id AND delivery.occurred_at = keyed.occurred_at
            WHERE keyed.due_at <= %(now)s
                AND delivery.state = 'pending' AND delivery.due_at <= %(now)s
            LIMIT least(served.room, greatest(%(first_window)s, %(limit)s / served.number))
            FOR UPDATE OF delivery SKIP LOCKED
        ) AS ordered
        UNION ALL
        SELECT * FROM (
            SELECT delivery.id, delivery.occurred_at
            FROM (
                SELECT id, occurred_at, ordering_key FROM webhooks_delivery
                WHERE served.is_ordered
                    AND endpoint_id = served.id AND state = 'pending' AND due_at <= %(now)s
                ORDER BY due_at LIMIT %(keyless_among)s
            ) AS oldest
            JOIN webhooks_delivery delivery USING (id, occurred_at)
            WHERE oldest.ordering_key = ''
                AND delivery.state = 'pending' AND delivery.due_at <= %(now)s
            LIMIT least(served.room, %(first_window)s)
            FOR UPDATE OF delivery SKIP LOCKED
        ) AS keyless
        LIMIT served.room
    ) AS delivery
    LIMIT %(limit)s
), booked AS (
    UPDATE webhooks_endpoint endpoint
    SET booked_until = coalesce(
            taken.free_from + taken.number * interval '1 second' / taken.rate, booked_until
        ),
        probing_until = CASE WHEN taken.is_half_open THEN %(leased_until)s ELSE probing_until END
    FROM (
        SELECT endpoint_id, is_half_open, rate, free_from, count(*) AS number FROM due
        WHERE free_from IS NOT NULL GROUP BY 1, 2, 3, 4
    ) AS taken
    WHERE endpoint.id = taken.endpoint_id
)
UPDATE webhooks_delivery delivery
SET due_at = %(leased_until)s, lease_token = %(token)s
FROM due WHERE delivery.id = due.id AND delivery.occurred_at = due.occurred_at
RETURNING delivery.id, delivery.occurred_at, delivery.endpoint_id, delivery.message_id,
    delivery.attempt_count, delivery.retries_used, due.is_half_open, due.rate, due.free_from
"""


@dataclass(frozen=True)
class _Claim:
    """A row of the claim."""

    delivery_id: int
    occurred_at: datetime
    endpoint_id: int
    message_id: int
    attempt_count: int
    retries_used: int
    # Of an endpoint that workers share a budget of; else None.
    is_half_open: bool | None
    rate: int | None
    free_from: datetime | None


@dataclass(frozen=True, kw_only=True)
class _Route:
    """What sending to an endpoint takes."""

    url: str
    secrets: tuple[bytes, ...]
    signers: tuple[Signer, ...]
    headers: tuple[tuple[str, str], ...]


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
                "booked_at_most": moment + BOOKED_AHEAD,
                "keys": KEYS_LOOKED_AT,
                "keyless_among": KEYLESS_AMONG,
            },
        )
        claims = [_Claim(*row) for row in cursor.fetchall()]
    return _parcels(claims, token=token, leased_until=leased_until) if claims else []


def _parcels(claims: Sequence[_Claim], *, token: UUID, leased_until: datetime) -> list[Parcel]:
    routes = _routes({claim.endpoint_id for claim in claims})
    messages = _messages(
        {claim.message_id for claim in claims}, moments={claim.occurred_at for claim in claims}
    )
    booked: Counter[int] = Counter()
    parcels = []
    for claim in claims:
        route = routes[claim.endpoint_id]
        parcels.append(
            Parcel(
                delivery_id=claim.delivery_id,
                occurred_at=claim.occurred_at,
                lease_token=token,
                leased_until=leased_until,
                endpoint_id=claim.endpoint_id,
                url=route.url,
                secrets=route.secrets,
                signers=route.signers,
                headers=route.headers,
                send_at=_send_at(claim, booked),
                is_probe=bool(claim.is_half_open),
                attempt_number=claim.attempt_count + 1,
                retries_used=claim.retries_used,
                **messages[claim.message_id],
            )
        )
    return parcels


def _send_at(claim: _Claim, booked: Counter[int]) -> datetime | None:
    """Return the next free moment of an endpoint with a rate."""
    if claim.rate is None or claim.free_from is None:
        return None
    booked[claim.endpoint_id] += 1
    return claim.free_from + timedelta(seconds=(booked[claim.endpoint_id] - 1) / claim.rate)


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


def _routes(endpoint_ids: Collection[int]) -> dict[int, _Route]:
    rows = Endpoint.objects.filter(id__in=endpoint_ids).values_list(
        "id", "public_id", "url", "sealed_headers", "has_asymmetric_signature"
    )
    secrets = _secrets(endpoint_ids)
    platform = _platform_signers() if any(row[4] for row in rows) else ()
    return {
        endpoint_id: _Route(
            url=url,
            secrets=secrets.get(endpoint_id, ()),
            signers=platform if is_asymmetric else (),
            headers=_headers(public_id, sealed) if sealed else (),
        )
        for endpoint_id, public_id, url, sealed, is_asymmetric in rows
    }


# One endpoint's fault must not hold up the others: what cannot be opened is left out, and its
# attempts say so, or its receiver does.


def _secrets(endpoint_ids: Iterable[int]) -> dict[int, tuple[bytes, ...]]:
    secrets: dict[int, tuple[bytes, ...]] = {}
    for row in living_secrets(endpoint_ids):
        try:
            secret = opened(row)
        except AppError as error:
            log.error("secret.unreadable", endpoint_id=row.endpoint_id, exc_info=error)  # noqa: TRY400
            continue
        secrets[row.endpoint_id] = (*secrets.get(row.endpoint_id, ()), secret)
    return secrets


def _headers(endpoint_id: UUID, sealed: str) -> tuple[tuple[str, str], ...]:
    try:
        return opened_headers(sealed, endpoint_id=endpoint_id)
    except AppError as error:
        log.error("headers.unreadable", endpoint_id=str(endpoint_id), exc_info=error)  # noqa: TRY400
        return ()


def _platform_signers() -> tuple[Signer, ...]:
    try:
        return signers(purpose=Purpose.WEBHOOK_SIGNATURE)
    except AppError as error:
        log.error("signers.unusable", exc_info=error)  # noqa: TRY400
        return ()
