"""Who may hear a channel: asked of the app whose scope it is, at the moment it matters."""

from collections.abc import Mapping
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
    return bool(allowed_among(channel=channel, users={user_id: user_public_id}))


def allowed_among(*, channel: str, users: Mapping[int, UUID]) -> set[int]:
    """Which of these users, public ids by internal ones, may hear the channel now.

    The audience of a room is asked once for all of them.
    """
    try:
        name = parsed(channel)
    except UnknownChannel:
        return set()
    if name.kind == USER:
        return {user_id for user_id, public_id in users.items() if public_id == name.scope_id}
    audience = audiences.get(name.scope_kind)
    return set(audience.listeners(name.scope_id, users.keys())) if audience and users else set()


def may_publish(*, user_id: int, user_public_id: UUID, channel: str) -> bool:
    """Whether the user may send messages into the channel: a room that lets its members."""
    if not channel.startswith(f"{ROOM}:"):
        return False
    if not may_subscribe(user_id=user_id, user_public_id=user_public_id, channel=channel):
        return False
    room = rooms.get(parsed(channel).scope_kind)
    return room is not None and room.members_may_publish
