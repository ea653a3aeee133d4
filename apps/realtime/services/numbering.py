"""From the event log to channels: each event gets its number on every channel that carries it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from apps.events.types import LoggedEvent
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.realtime.channels import channels_of
from apps.realtime.models import PUBLICATION_PARTITIONS
from apps.realtime.models.channel import new_epoch
from apps.realtime.types import Publication
from apps.realtime.wire import publication_of

# In the order of names, as everywhere: two that hold channels never wait for each other crosswise.
_HOLD = "SELECT name FROM realtime_channel WHERE name = ANY(%s) ORDER BY name FOR NO KEY UPDATE"
_OPEN = """
INSERT INTO realtime_channel (public_id, name, epoch, top, created_at, updated_at)
SELECT public_id, name, epoch, 0, %s, %s
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS new(public_id, name, epoch) ORDER BY name
ON CONFLICT (name) DO NOTHING
"""
# While the channels are held, so a number is taken once, and what a replay brings is seen.
_NUMBER = """
WITH told AS (
    SELECT channel.id AS channel_id, channel.name, channel.epoch, channel.top, told.*
    FROM unnest(
        %(names)s::text[], %(events)s::uuid[], %(positions)s::bigint[], %(moments)s::timestamptz[]
    ) WITH ORDINALITY AS told(channel_name, event_id, position, published_at, place)
    JOIN realtime_channel channel ON channel.name = told.channel_name
    WHERE NOT EXISTS (
        SELECT 1 FROM realtime_publication known
        WHERE known.channel_id = channel.id AND known.event_id = told.event_id
        AND known.published_at = told.published_at
        AND known.published_at BETWEEN %(first)s AND %(last)s
    )
), written AS (
    INSERT INTO realtime_publication (channel_id, "offset", event_id, position, published_at)
    SELECT channel_id, top + row_number() OVER (PARTITION BY channel_id ORDER BY place),
        event_id, position, published_at
    FROM told
    RETURNING channel_id, "offset", event_id
), moved AS (
    UPDATE realtime_channel channel SET top = latest.top, updated_at = %(now)s
    FROM (SELECT channel_id, max("offset") AS top FROM written GROUP BY channel_id) latest
    WHERE channel.id = latest.channel_id
)
SELECT told.name, told.epoch, written."offset", told.event_id
FROM written JOIN told USING (channel_id, event_id) ORDER BY told.place
"""


@transaction.atomic
def number_events(events: Sequence[LoggedEvent]) -> list[Publication]:
    """Give events their numbers on the channels of their audiences; return what that published.

    Runs in the transaction that moves the consumer's cursor, so numbers have no gap whatever is
    killed; a replay finds them taken and publishes nothing. Holds the channels until the commit.
    """
    told = [(name, event) for event in _kept(events) for name in channels_of(event.audience)]
    if not told:
        return []
    _hold(sorted({name for name, _ in told}))
    by_id = {event.event_id: event for _, event in told}
    return [
        publication_of(by_id[event_id], channel=name, epoch=epoch, offset=offset)
        for name, epoch, offset, event_id in _number(told)
    ]


def _kept(events: Sequence[LoggedEvent]) -> Iterable[LoggedEvent]:
    """Leave out what was numbered on a day that is no longer kept, which only a replay brings."""
    expiry = now() - timedelta(days=settings.REALTIME_RETENTION_DAYS)
    if all(event.recorded_at >= expiry for event in events):
        return events
    first = min([expiry, *map(_beginning, PUBLICATION_PARTITIONS.days()[:1])])
    return [event for event in events if event.recorded_at >= first]


def _hold(names: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [names])
        missing = sorted(set(names) - {name for (name,) in cursor.fetchall()})
        if missing:
            ids, epochs = [new_id() for _ in missing], [new_epoch() for _ in missing]
            cursor.execute(_OPEN, [now(), now(), ids, missing, epochs])
            cursor.execute(_HOLD, [missing])


def _number(told: Sequence[tuple[str, LoggedEvent]]) -> list[tuple[str, str, int, UUID]]:
    moments = [event.recorded_at for _, event in told]
    with connection.cursor() as cursor:
        cursor.execute(
            _NUMBER,
            {
                "names": [name for name, _ in told],
                "events": [event.event_id for _, event in told],
                "positions": [event.position for _, event in told],
                "moments": moments,
                "first": min(moments),
                "last": max(moments),
                "now": now(),
            },
        )
        numbered: list[tuple[str, str, int, UUID]] = cursor.fetchall()
    return numbered


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
