"""Who hears the events of a building."""

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.events.ports import audiences
from apps.kernel.ids import new_id


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
