"""Reads of realtime: where channels stand, and what was published on them."""

from collections.abc import Collection, Iterable
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from apps.events.selectors import events_at
from apps.realtime.models import Channel
from apps.realtime.models import Publication as Row
from apps.realtime.presence import online_among, present_on
from apps.realtime.types import Position, Presence, Publication, Recovery
from apps.realtime.wire import publication_of

log = structlog.get_logger("realtime")

MOST_RECOVERED = 300


def positions(names: Collection[str]) -> dict[str, Position]:
    """Where each channel stands; one that has none yet begins its first life now, at 0."""
    known = _channels(names)
    missing = sorted(set(names) - known.keys())
    if missing:
        new = [Channel(name=name) for name in missing]
        Channel.objects.bulk_create(new, ignore_conflicts=True)
        known |= _channels(missing)
    return {name: _position(channel) for name, channel in known.items()}


def publications_after(channel: str, offset: int, *, limit: int) -> list[Publication]:
    """What was published on a channel after that number, in order, as far as it is kept.

    What the log has lost is missing, so look whether the numbers are contiguous.
    """
    found = _channels([channel]).get(channel)
    if found is None:
        return []
    return _filled(found, found.publications.filter(offset__gt=offset).order_by("offset")[:limit])


def recovery(channel: str, *, since: Position, limit: int = MOST_RECOVERED) -> Recovery:
    """What a client that stood there has missed: all of it, or nothing where that is impossible.

    It is not where the channel's life is another one, the client is ahead of it, has missed more
    than the limit, or something of it is no longer kept.
    """
    top = positions([channel])[channel]
    missed = top.offset - since.offset
    if since.epoch != top.epoch or not 0 <= missed <= limit:
        return Recovery(position=top)
    found = publications_after(channel, since.offset, limit=missed) if missed else []
    if [each.offset for each in found] != list(range(since.offset + 1, top.offset + 1)):
        return Recovery(position=top)
    return Recovery(position=top, publications=tuple(found), is_recovered=True)


def history(
    channel: str, *, since: Position | None = None, limit: int, newest_first: bool = False
) -> Recovery:
    """What is kept of a channel, after a place in it, or before it where the newest come first.

    ``is_recovered`` says whether that place is one in this life of the channel.
    """
    known = _channels([channel]).get(channel)
    if known is None:
        return Recovery(position=Position(offset=0, epoch=""), is_recovered=since is None)
    top = _position(known)
    if since is not None and since.epoch != top.epoch:
        return Recovery(position=top)
    rows = known.publications.filter(offset__lte=top.offset)
    if since is not None and newest_first:
        rows = rows.filter(offset__lt=since.offset)
    elif since is not None:
        rows = rows.filter(offset__gt=since.offset)
    ordered = rows.order_by("-offset" if newest_first else "offset")[:limit]
    return Recovery(position=top, publications=tuple(_filled(known, ordered)), is_recovered=True)


def presence(channel: str) -> list[Presence]:
    """Who is on the channel now, over all nodes; nobody while Redis is dead, which is logged."""
    try:
        return list(present_on(channel))
    except RedisError as error:
        log.warning("presence.unknown", error=type(error).__name__)
        return []


def online_users(public_ids: Collection[UUID]) -> set[UUID]:
    """Which of these users are connected now, or were a moment ago.

    Nobody while Redis is dead, which is logged.
    """
    try:
        return set(online_among(public_ids))
    except RedisError as error:
        log.warning("presence.unknown", error=type(error).__name__)
        return set()


def _channels(names: Collection[str]) -> dict[str, Channel]:
    return {channel.name: channel for channel in Channel.objects.filter(name__in=names)}


def _position(channel: Channel) -> Position:
    return Position(offset=channel.top, epoch=channel.epoch)


def _filled(channel: Channel, rows: Iterable[Row]) -> list[Publication]:
    """Return publications with what the log says of their events, where it still does."""
    numbered = list(rows)
    if not numbered:
        return []
    moments = [row.published_at for row in numbered]
    logged = events_at([row.position for row in numbered], first=min(moments), last=max(moments))
    return [
        publication_of(
            logged[row.event_id], channel=channel.name, epoch=channel.epoch, offset=row.offset
        )
        for row in numbered
        if row.event_id in logged
    ]
