"""Names of channels: what they say, and which channels the scopes of an audience are."""

from collections.abc import Iterable
from uuid import UUID

from apps.realtime.errors import UnknownChannel
from apps.realtime.ports import rooms
from apps.realtime.types import ROOM, USER, ChannelName


def parsed(name: str) -> ChannelName:
    """Return what a channel's name says; raises UnknownChannel.

    An id is accepted only as we write it, so that a channel has one name.
    """
    kind, _, rest = name.partition(":")
    scope_kind, _, scope_id = rest.partition(":") if kind == ROOM else (USER, "", rest)
    if kind == USER or (kind == ROOM and scope_kind in rooms):
        found = _id_in(scope_id)
        if found:
            return ChannelName(kind=kind, scope_kind=scope_kind, scope_id=found)
    raise UnknownChannel(f"{name[:80]!r} is no channel; channels are {_known()}.")


def channels_of(audience: Iterable[str]) -> tuple[str, ...]:
    """Return the channels that carry events of this audience, each once."""
    return tuple(dict.fromkeys(filter(None, map(_channel_of, audience))))


def _channel_of(scope: str) -> str:
    kind = scope.partition(":")[0]
    if kind == USER:
        return scope
    return f"{ROOM}:{scope}" if kind in rooms else ""


def _id_in(text: str) -> UUID | None:
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


def _known() -> str:
    return ", ".join([f"{USER}:<id>", *(f"{ROOM}:{room.name}:<id>" for room in rooms)])
