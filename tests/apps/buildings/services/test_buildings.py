"""Creating, changing and deleting buildings."""

import pytest

from apps.accounts.models import User
from apps.buildings import services
from apps.buildings.models import Building, Member
from apps.buildings.types import Role
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from tests.apps.buildings.conftest import events_of, topics_of


def test_who_creates_a_building_owns_it(owner: User) -> None:
    building_id = services.create_building(owner_id=owner.pk, name="Lighthouse", address="Coast 1")

    building = Building.objects.get(public_id=building_id)
    assert (building.name, building.address) == ("Lighthouse", "Coast 1")
    assert Member.objects.get(building=building).role == Role.OWNER
    [event] = events_of(building)
    assert event.topic == "buildings.building.created"
    assert event.audience == (f"building:{building_id}",)


def test_change_is_written_and_announced(house: Building) -> None:
    services.update_building(building_id=house.public_id, address="Coast 2")

    house.refresh_from_db()
    assert (house.name, house.address) == ("Lighthouse", "Coast 2")
    assert topics_of(house) == ["buildings.building.updated"]


def test_change_that_changes_nothing_is_not_announced(house: Building) -> None:
    services.update_building(building_id=house.public_id, name=house.name)

    assert topics_of(house) == []


def test_deleted_building_tells_those_who_were_in_it(
    house: Building, owner: User, resident: User
) -> None:
    services.delete_building(building_id=house.public_id)

    assert not Building.objects.filter(public_id=house.public_id).exists()
    [event] = events_of(house)
    assert event.topic == "buildings.building.deleted"
    assert {f"user:{owner.public_id}", f"user:{resident.public_id}"} <= set(event.audience)


@pytest.mark.django_db
def test_absent_building_cannot_be_changed() -> None:
    with pytest.raises(NotFound):
        services.update_building(building_id=new_id(), name="Nowhere")
