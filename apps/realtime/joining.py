"""How a connection comes to follow a channel without a gap: first listen, then read, then merge."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.realtime import selectors
from apps.realtime.connection import Connection, Place
from apps.realtime.database import in_database
from apps.realtime.local_channel import LocalChannel
from apps.realtime.protocol import pushes
from apps.realtime.protocol.errors import Refused, ReplyError
from apps.realtime.types import Position, Recovery


@dataclass(frozen=True)
class Joined:
    """A connection that is about to follow a channel; what it missed is in the result."""

    connection: Connection
    place: Place
    recovery: Recovery
    result: Mapping[str, Any]

    def follow(self) -> None:
        """Send it all that comes after the result, which has been queued."""
        connection, place = self.connection, self.place
        if not connection.is_open:
            return
        place.channel.follow(
            connection, known=self.recovery.position.offset, hears_joins=place.hears_joins
        )
        connection.node.keeper.joined(place.channel.name, connection.presence)


async def join(
    connection: Connection,
    name: str,
    *,
    since: Position | None,
    hears_joins: bool = False,
) -> Joined:
    """Let a connection follow a channel; call `Joined.follow` once its result has been queued.

    Raises django.db.Error where PostgreSQL cannot be asked, and Refused where the connection has
    ended meanwhile.
    """
    hub = connection.node.hub
    channel = await hub.begin(name, connection)
    try:
        if hears_joins:
            await hub.listen_to_joins(channel)
        recovery = await _recovery(channel, since)
    except BaseException:
        hub.end(name, connection)
        raise
    if not connection.is_open:
        hub.end(name, connection)
        raise Refused(ReplyError.NOT_AVAILABLE)
    place = connection.places[name] = Place(channel, hears_joins)
    return Joined(connection, place, recovery, _result(recovery, is_asked=since is not None))


async def _recovery(channel: LocalChannel, since: Position | None) -> Recovery:
    if since is None:
        return Recovery(position=channel.position)
    if since == channel.position:
        return Recovery(position=since, is_recovered=True)
    return await in_database(selectors.recovery, channel.name, since=since)


def _result(recovery: Recovery, *, is_asked: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "recoverable": True,
        "positioned": True,
        "epoch": recovery.position.epoch,
        "offset": recovery.position.offset,
    }
    if is_asked:
        result["was_recovering"] = True
        result["recovered"] = recovery.is_recovered
    if recovery.publications:
        result["publications"] = [pushes.as_publication(each) for each in recovery.publications]
    return result
