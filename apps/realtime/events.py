"""What realtime announces: messages that servers or members publish, and forced disconnects."""

from typing import Any
from uuid import UUID

from apps.events.types import Event


class MessagePublished(
    Event, topic="realtime.message.published", personal={"publisher_id": "publisher_id"}
):
    """A message was published on the channels of its audience; the data is the publisher's own."""

    publisher_id: UUID | None
    data: dict[str, Any]


class UserDisconnected(Event, topic="realtime.user.disconnected"):
    """A server asked for all connections of a user to be closed."""

    user_id: UUID
    code: int
    reason: str
