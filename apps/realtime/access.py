"""Who may hear a channel: asked of the app whose scope it is, at the moment it matters."""

from uuid import UUID

from apps.events.ports import audiences
from apps.realtime.channels import parsed
from apps.realtime.errors import UnknownChannel
from apps.realtime.ports import rooms
from apps.realtime.types import ROOM, USER


def may_subscribe(*, user_id: int, user_public_id: UUID, channel: str) -> bool:
    """Whether the user may hear the channel now: their own, or a room whose audience they are in.

    A name that is no channel is nobody's.
    """
    try:
        name = parsed(channel)
    except UnknownChannel:
        return False
    if name.kind == USER:
        return name.scope_id == user_public_id
    audience = audiences.get(name.scope_kind)
    return audience is not None and user_id in audience.listeners(name.scope_id, [user_id])


def may_publish(*, user_id: int, user_public_id: UUID, channel: str) -> bool:
    """Whether the user may send messages into the channel: a room that lets its members."""
    if not channel.startswith(f"{ROOM}:"):
        return False
    if not may_subscribe(user_id=user_id, user_public_id=user_public_id, channel=channel):
        return False
    room = rooms.get(parsed(channel).scope_kind)
    return room is not None and room.members_may_publish
