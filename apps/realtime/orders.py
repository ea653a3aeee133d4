"""Orders to the nodes, whichever process gives them: whom to disconnect, where to ask again.

They go over Django Channels' layer and may be lost; a node asks by itself every few seconds.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from apps.realtime.node_metrics import ORDERS_LOST

log = structlog.get_logger("realtime")

GROUP = "realtime.nodes"


@dataclass(frozen=True, kw_only=True)
class Disconnect:
    """Close all connections of a user, or those of one session."""

    user_id: UUID
    session_id: UUID | None = None
    code: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Recheck:
    """Ask again who may hear a channel: of one user, or of everybody who is on it."""

    channel: str
    user_id: UUID | None = None


Order = Disconnect | Recheck


def send_order(order: Order) -> None:
    """Send an order to all nodes; never raises, for it is a hint.

    For threads without an event loop, which the consumer of the log is.
    """
    try:
        async_to_sync(_send)(as_message(order))
    except (RedisError, OSError) as error:
        ORDERS_LOST.inc()
        log.warning("order.lost", error=type(error).__name__)


async def _send(message: dict[str, Any]) -> None:
    await get_channel_layer().group_send(GROUP, message)


def as_message(order: Order) -> dict[str, Any]:
    """Return an order as the layer carries it."""
    user_id = str(order.user_id) if order.user_id else ""
    if isinstance(order, Recheck):
        return {"type": "recheck", "channel": order.channel, "user_id": user_id}
    return {
        "type": "disconnect",
        "user_id": user_id,
        "session_id": str(order.session_id) if order.session_id else "",
        "code": order.code,
        "reason": order.reason,
    }


def from_message(message: dict[str, Any]) -> Order:
    """Return the order that a message carries; raises KeyError or ValueError for none."""
    user_id = UUID(message["user_id"]) if message["user_id"] else None
    if message["type"] == "recheck":
        return Recheck(channel=message["channel"], user_id=user_id)
    if user_id is None:
        raise ValueError("An order to disconnect names a user.")
    return Disconnect(
        user_id=user_id,
        session_id=UUID(message["session_id"]) if message["session_id"] else None,
        code=message["code"],
        reason=message["reason"],
    )
