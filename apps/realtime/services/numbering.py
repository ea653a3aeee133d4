"""From the event log to channels: each event gets its number on every channel that carries it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from apps.events.types import LoggedEvent
from apps.kernel.clock import now
from apps.realtime.channels import channels_of
from apps.realtime.models import PUBLICATION_PARTITIONS
from apps.realtime.types import Publication
from apps.realtime.wire import publication_of

# Made by the migration.
_NUMBER = "SELECT * FROM realtime_number(%s::text[], %s::uuid[], %s::bigint[], %s::timestamptz[])"


@transaction.atomic(savepoint=False)
def number_events(events: Sequence[LoggedEvent]) -> list[Publication]:
    """Give events their numbers on the channels of their audiences; return what that published.

    Runs in the transaction that moves the consumer's cursor, so numbers have no gap whatever is
    killed; a replay finds them taken and publishes nothing. Holds the channels until the commit.
    """
    told = [(name, event) for event in _kept(events) for name in channels_of(event.audience)]
    if not told:
        return []
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


def _number(told: Sequence[tuple[str, LoggedEvent]]) -> list[tuple[str, str, int, UUID]]:
    events = [event for _, event in told]
    with connection.cursor() as cursor:
        cursor.execute(
            _NUMBER,
            [
                [name for name, _ in told],
                [event.event_id for event in events],
                [event.position for event in events],
                [event.recorded_at for event in events],
            ],
        )
        numbered: list[tuple[str, str, int, UUID]] = cursor.fetchall()
    return numbered


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
