"""What goes over the wire: an event as clients are handed it, and a publication between processes.

Between processes it is a hint: whoever misses one reads it from PostgreSQL.
"""

from datetime import datetime
from uuid import UUID

import orjson

from apps.events.types import LoggedEvent
from apps.realtime.events import MessagePublished
from apps.realtime.types import Publication

_PREFIX = "mainstay:realtime:"


def redis_channel(channel: str) -> str:
    """Return the channel of Redis on which publications of one of ours are told of."""
    return _PREFIX + channel


def publication_of(event: LoggedEvent, *, channel: str, epoch: str, offset: int) -> Publication:
    """Return the publication that an event is on a channel."""
    return Publication(
        channel=channel,
        offset=offset,
        epoch=epoch,
        data=data_of(event),
        event_id=event.event_id,
        published_at=event.recorded_at,
        correlation_id=event.correlation_id,
    )


def data_of(event: LoggedEvent) -> bytes:
    """Return what clients are handed of an event; of a published message its data alone."""
    if event.topic == MessagePublished.topic:
        return orjson.dumps(event.payload["data"])
    told = {
        "event": event.topic,
        "payload": event.payload,
        "id": event.event_id,
        "at": event.recorded_at,
    }
    return orjson.dumps(told)


def packed(publication: Publication) -> bytes:
    """Return a publication as it is told to other processes: a line about it, then its data."""
    about = (
        publication.channel,
        publication.offset,
        publication.epoch,
        publication.event_id,
        publication.published_at,
        publication.correlation_id,
    )
    return orjson.dumps(about) + b"\n" + publication.data


def unpacked(message: bytes) -> Publication:
    """Return the publication that was packed; raises ValueError for anything else."""
    about, _, data = message.partition(b"\n")
    channel, offset, epoch, event_id, published_at, correlation_id = orjson.loads(about)
    return Publication(
        channel=channel,
        offset=offset,
        epoch=epoch,
        data=data,
        event_id=UUID(event_id),
        published_at=datetime.fromisoformat(published_at),
        correlation_id=correlation_id,
    )
