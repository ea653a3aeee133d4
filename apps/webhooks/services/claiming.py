"""Claiming: a worker takes deliveries that are due, fairly among endpoints, under a lease."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import connection, transaction

from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.webhooks.pace import FIRST_WINDOW
from apps.webhooks.services.packing import Claim, packed
from apps.webhooks.services.pending_days import pending_days
from apps.webhooks.types import Parcel

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
# Named days keep PostgreSQL from planning for the partitions of all others, which would take longer
# than the claim.
#
# `careful` holds the endpoints that all workers share a budget of: with a rate, or with a breaker
# that is not closed, which lets one delivery through. `keyed` hops, in an ordered endpoint, from
# the oldest pending delivery of one key to that of the next; those behind it wait, also while it
# is under way or waits for its next attempt. Deliveries without a key are of the time before the
# endpoint was ordered.
_CLAIM = """
WITH RECURSIVE busy(endpoint_id) AS (
    (SELECT endpoint_id FROM webhooks_delivery
     WHERE state = 'pending' AND occurred_at >= %(since)s AND occurred_at < %(until)s
     ORDER BY endpoint_id LIMIT 1)
    UNION ALL
    SELECT (SELECT endpoint_id FROM webhooks_delivery
            WHERE state = 'pending' AND occurred_at >= %(since)s AND occurred_at < %(until)s
                AND endpoint_id > busy.endpoint_id
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
                AND occurred_at >= %(since)s AND occurred_at < %(until)s
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
                            AND occurred_at >= %(since)s AND occurred_at < %(until)s
                            AND ordering_key <> '' AND hashtext(ordering_key) > keyed.hash
                            AND (NOT keyed.has_turned OR hashtext(ordering_key) <= served.start)
                         ORDER BY hashtext(ordering_key), id LIMIT 1)
                        UNION ALL
                        (SELECT hashtext(ordering_key), id, occurred_at, due_at, true
                         FROM webhooks_delivery
                         WHERE endpoint_id = served.id AND state = 'pending'
                            AND occurred_at >= %(since)s AND occurred_at < %(until)s
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
                AND delivery.occurred_at >= %(since)s AND delivery.occurred_at < %(until)s
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
                    AND occurred_at >= %(since)s AND occurred_at < %(until)s
                    AND endpoint_id = served.id AND state = 'pending' AND due_at <= %(now)s
                ORDER BY due_at LIMIT %(keyless_among)s
            ) AS oldest
            JOIN webhooks_delivery delivery USING (id, occurred_at)
            WHERE oldest.ordering_key = ''
                AND delivery.occurred_at >= %(since)s AND delivery.occurred_at < %(until)s
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
    AND delivery.occurred_at >= %(since)s AND delivery.occurred_at < %(until)s
RETURNING delivery.id, delivery.occurred_at, delivery.endpoint_id, delivery.message_id,
    delivery.attempt_count, delivery.retries_used, due.is_half_open, due.rate, due.free_from
"""


@transaction.atomic
def claim_due(*, limit: int, rooms: Mapping[int, int]) -> list[Parcel]:
    """Take up to ``limit`` due deliveries under a lease, with all that sending them takes.

    ``rooms`` says how many more of an endpoint may be held, where that is not the usual number.
    What is not recorded before the lease ends falls due again.
    """
    moment, token = now(), new_id()
    leased_until = moment + LEASE
    since, until = pending_days.around(moment)
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "now": moment,
                "since": since,
                "until": until,
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
        claims = [Claim(*row) for row in cursor.fetchall()]
    return packed(claims, token=token, leased_until=leased_until) if claims else []
