"""What the nodes are told to do about an event: close connections, or ask again who may hear."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from apps.accounts.events import SessionEnded, UserDisabled
from apps.events.ports import is_heard
from apps.events.types import LoggedEvent
from apps.realtime.channels import channels_of, parsed
from apps.realtime.events import UserDisconnected
from apps.realtime.orders import Disconnect, Order, Recheck
from apps.realtime.ports import rooms
from apps.realtime.types import ROOM, CloseCode

SESSION_ENDED = "session ended"


def orders_after(events: Iterable[LoggedEvent]) -> list[Order]:
    """Return what is to be done after these events, each once."""
    return list(dict.fromkeys(order for event in events for order in _orders(event)))


def _orders(event: LoggedEvent) -> Iterator[Order]:
    if event.topic in {SessionEnded.topic, UserDisabled.topic}:
        yield Disconnect(
            user_id=UUID(event.payload["user_id"]),
            # Without one, of a user who may not sign in any more, all of them.
            session_id=_id_of(event.payload.get("session_id")),
            code=CloseCode.SESSION_ENDED,
            reason=SESSION_ENDED,
        )
    elif event.topic == UserDisconnected.topic:
        payload = event.payload
        yield Disconnect(
            user_id=UUID(payload["user_id"]), code=payload["code"], reason=payload["reason"]
        )
    for channel in channels_of(event.audience):
        if _may_have_cost_a_place(event.topic, channel):
            yield Recheck(channel=channel)


def _may_have_cost_a_place(topic: str, channel: str) -> bool:
    name = parsed(channel)
    room = rooms.get(name.scope_kind) if name.kind == ROOM else None
    return room is not None and is_heard(topic, room.revoking_topics)


def _id_of(text: str | None) -> UUID | None:
    return UUID(text) if text else None
