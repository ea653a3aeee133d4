"""Which orders the nodes are given after which events."""

from typing import Any

import pytest

from apps.events.types import LoggedEvent
from apps.kernel.ids import new_id
from apps.realtime.orders import Disconnect, Recheck
from apps.realtime.revoking import orders_after
from tests.factories.webhooks import logged

USER, SESSION, HOUSE = str(new_id()), str(new_id()), new_id()


def _of_user(topic: str, **payload: Any) -> LoggedEvent:
    return logged(topic, audience=(f"user:{USER}",), user_id=USER, **payload)


def test_ended_session_closes_its_connections_alone() -> None:
    (order,) = orders_after(
        [_of_user("accounts.session.ended", session_id=SESSION, reason="signed_out")]
    )

    assert isinstance(order, Disconnect)
    assert (str(order.user_id), str(order.session_id), order.code) == (USER, SESSION, 4501)


def test_disabled_user_loses_all_connections() -> None:
    (order,) = orders_after([_of_user("accounts.user.disabled")])

    assert isinstance(order, Disconnect)
    assert (str(order.user_id), order.session_id, order.code) == (USER, None, 4501)


def test_asked_disconnect_goes_with_its_own_code() -> None:
    (order,) = orders_after([_of_user("realtime.user.disconnected", code=4000, reason="moved")])

    assert isinstance(order, Disconnect)
    assert (order.code, order.reason) == (4000, "moved")


@pytest.mark.parametrize("topic", ["buildings.member.removed", "buildings.building.deleted"])
def test_who_may_hear_a_room_is_asked_again_after_what_costs_a_place(topic: str) -> None:
    event = logged(topic, audience=(f"building:{HOUSE}", f"user:{USER}"))

    assert orders_after([event, event]) == [Recheck(channel=f"room:building:{HOUSE}")]


def test_other_events_give_no_orders() -> None:
    others = [
        logged("buildings.unit.added", audience=(f"building:{HOUSE}",)),
        _of_user("accounts.session.started", session_id=SESSION),
        logged("buildings.member.removed", audience=(f"user:{USER}",)),
    ]

    assert orders_after(others) == []
