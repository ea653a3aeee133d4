"""Publishing messages of servers and members, and asking for users to be disconnected."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction

from apps.events.services import announce
from apps.realtime.channels import parsed
from apps.realtime.errors import MessageTooLarge
from apps.realtime.events import MessagePublished, UserDisconnected
from apps.realtime.types import CloseCode


@transaction.atomic
def publish_message(
    *, channels: Sequence[str], data: Mapping[str, Any], publisher_id: UUID | None = None
) -> UUID:
    """Publish one message on all of these channels, and return the id of its event.

    It reaches whoever is connected once the caller's transaction has committed. Raises
    UnknownChannel and MessageTooLarge. Announces MessagePublished.
    """
    scopes = tuple(dict.fromkeys(parsed(channel).scope for channel in channels))
    size = len(orjson.dumps(data))
    if size > settings.REALTIME_MESSAGE_BYTES:
        raise MessageTooLarge(
            f"The message has {size:,} bytes as JSON; {settings.REALTIME_MESSAGE_BYTES:,} are "
            "allowed. Send where to find the rest."
        )
    return announce(MessagePublished(audience=scopes, publisher_id=publisher_id, data=dict(data)))


@transaction.atomic
def disconnect_user(
    *, user_id: UUID, code: int = CloseCode.FORCED, reason: str = "force disconnect"
) -> None:
    """Have all connections of a user closed, on every node, once the transaction has committed.

    The code tells clients whether to come back (`types.CloseCode`). Their sessions go on: who may
    not come back is signed out instead. Announces UserDisconnected.
    """
    announce(
        UserDisconnected(audience=(f"user:{user_id}",), user_id=user_id, code=code, reason=reason)
    )
