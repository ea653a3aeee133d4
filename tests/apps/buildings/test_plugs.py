"""Who hears the events of a building, and where it is heard live."""

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.events.ports import audiences
from apps.kernel.ids import new_id
from apps.realtime.ports import rooms


def test_every_member_hears_and_nobody_else(
    house: Building, owner: User, manager: User, resident: User, stranger: User
) -> None:
    audience = audiences.get("building")
    assert audience is not None

    asked = [owner.pk, manager.pk, resident.pk, stranger.pk]

    assert set(audience.listeners(house.public_id, asked)) == {owner.pk, manager.pk, resident.pk}


def test_only_those_asked_for_are_named(house: Building, owner: User, resident: User) -> None:
    audience = audiences.get("building")
    assert audience is not None

    assert set(audience.listeners(house.public_id, [resident.pk])) == {resident.pk}
    assert not audience.listeners(new_id(), [owner.pk])


def test_building_is_a_room_that_is_asked_again_after_who_leaves() -> None:
    room = rooms.get("building")

    assert room is not None
    assert set(room.revoking_topics) == {"buildings.member.removed", "buildings.building.deleted"}
    assert not room.members_may_publish
