"""Orders: what is sent arrives as it was, and nobody waits for a dead Redis."""

import pytest
from structlog.testing import capture_logs

from apps.kernel.ids import new_id
from apps.realtime import orders
from apps.realtime.orders import Disconnect, Order, Recheck, as_message, from_message, send_orders

ORDERS: list[Order] = [
    Disconnect(user_id=new_id(), code=3503, reason="force disconnect"),
    Disconnect(user_id=new_id(), session_id=new_id(), code=4501, reason="session ended"),
    Recheck(channel="room:building:x"),
]


@pytest.mark.parametrize("order", ORDERS)
def test_order_comes_back_from_its_message(order: Order) -> None:
    assert from_message(as_message(order)) == order


@pytest.mark.parametrize("message", [{}, {"type": "disconnect", "user_id": ""}])
def test_message_that_is_no_order_is_refused(message: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        from_message(message)


def test_dead_redis_costs_the_order_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(orders, "_send", fail)

    with capture_logs() as logs:
        send_orders(ORDERS)

    assert [entry["event"] for entry in logs] == ["orders.lost"]
