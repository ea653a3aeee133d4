"""Event types are frozen, registered by topic, and honest about personal fields."""

import dataclasses
from uuid import UUID

import pytest

from apps.events.types import Cursor, Event, event_types, payload_fields
from apps.kernel.ids import new_id
from tests.apps.events.conftest import BellRang
from tests.factories.webhooks import logged


def test_event_cannot_be_changed() -> None:
    event = BellRang(number=1)

    with pytest.raises(dataclasses.FrozenInstanceError):
        event.number = 2  # type: ignore[misc]  # that is the point


def test_payload_is_what_the_subclass_adds() -> None:
    assert payload_fields(BellRang) == ("number", "tower")


def test_declared_types_are_listed() -> None:
    assert BellRang in event_types()


def test_topic_belongs_to_one_event_only() -> None:
    with pytest.raises(ValueError, match="already taken by BellRang"):
        type("Impostor", (Event,), {"__module__": __name__}, topic="tests.bell.rang")


def test_personal_field_must_exist() -> None:
    with pytest.raises(ValueError, match="unknown personal fields"):
        type("Gossip", (Event,), {}, topic="tests.gossip.told", personal={"secret": "user_id"})


def test_field_to_order_by_must_exist() -> None:
    with pytest.raises(ValueError, match="no field 'tower_id' to order by"):
        type("Peal", (Event,), {}, topic="tests.peal.rung", ordering="tower_id")


def test_events_are_ordered_by_what_their_type_names_or_else_by_the_first_scope() -> None:
    class DoorOpened(Event, topic="tests.door.opened", ordering="house_id"):
        """Ordered by its house."""

        house_id: UUID

    house = new_id()
    audience = ("user:1", "building:2")

    assert logged("tests.door.opened", house_id=str(house)).ordering_key == f"house:{house}"
    assert logged("tests.bell.rang", audience=audience).ordering_key == "user:1"
    assert logged("tests.bell.rang").ordering_key == ""
    assert logged("no.longer.known", audience=audience).ordering_key == "user:1"


def test_cursor_orders_by_transaction_before_position() -> None:
    assert Cursor(7, 100) < Cursor(8, 1)
