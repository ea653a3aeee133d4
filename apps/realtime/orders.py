"""Orders to the nodes, whichever process gives them: whom to disconnect, where to ask again.

They go over Django Channels' layer and may be lost; a node asks by itself every few seconds.
"""

from collections.abc import AsyncIterator, Sequence
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
    """Ask again who may hear a channel, of everybody who is on it."""

    channel: str


Order = Disconnect | Recheck


def send_orders(orders: Sequence[Order]) -> None:
    """Send orders to all nodes; never raises, for they are hints.

    For threads without an event loop, which the consumer of the log is.
    """
    if not orders:
        return
    try:
        async_to_sync(_send)([as_message(order) for order in orders])
    except (RedisError, OSError) as error:
        ORDERS_LOST.inc(len(orders))
        log.warning("orders.lost", error=type(error).__name__, orders=len(orders))


async def _send(messages: Sequence[dict[str, Any]]) -> None:
    layer = get_channel_layer()
    for message in messages:
        await layer.group_send(GROUP, message)


async def received_orders() -> AsyncIterator[Order]:
    """Yield the orders that all nodes are given; raises RedisError or OSError while Redis is dead.

    The layer's own name of the channel is a node's, for as long as somebody iterates.
    """
    layer = get_channel_layer()
    name = await layer.new_channel()
    await layer.group_add(GROUP, name)
    while True:
        message = await layer.receive(name)
        try:
            yield from_message(message)
        except (KeyError, ValueError) as error:
            log.warning("order.unreadable", error=str(error))


def as_message(order: Order) -> dict[str, Any]:
    """Return an order as the layer carries it."""
    if isinstance(order, Recheck):
        return {"type": "recheck", "channel": order.channel}
    return {
        "type": "disconnect",
        "user_id": str(order.user_id),
        "session_id": str(order.session_id) if order.session_id else "",
        "code": order.code,
        "reason": order.reason,
    }


def from_message(message: dict[str, Any]) -> Order:
    """Return the order that a message carries; raises KeyError or ValueError for none."""
    if message["type"] == "recheck":
        return Recheck(channel=message["channel"])
    return Disconnect(
        user_id=UUID(message["user_id"]),
        session_id=UUID(message["session_id"]) if message["session_id"] else None,
        code=message["code"],
        reason=message["reason"],
    )
