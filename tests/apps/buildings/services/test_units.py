"""Adding, changing and removing units."""

import pytest

from apps.buildings import services
from apps.buildings.errors import LabelTaken
from apps.buildings.models import Building, Unit
from apps.kernel.errors import NotFound
from tests.apps.buildings.conftest import topics_of
from tests.factories.buildings import BuildingFactory, RequestFactory, UnitFactory


def test_unit_is_added_and_announced(house: Building) -> None:
    unit_id = services.add_unit(building_id=house.public_id, label="2 left", floor=2)

    unit = Unit.objects.get(public_id=unit_id)
    assert (unit.building, unit.label, unit.floor) == (house, "2 left", 2)
    assert topics_of(house) == ["buildings.unit.added"]


def test_label_is_unique_in_its_building(house: Building) -> None:
    UnitFactory.create(building=house, label="2 left")

    with pytest.raises(LabelTaken, match="2 left"):
        services.add_unit(building_id=house.public_id, label="2 left")

    assert topics_of(house) == []


def test_another_building_may_use_the_same_label(house: Building) -> None:
    UnitFactory.create(building=BuildingFactory.create(), label="2 left")

    services.add_unit(building_id=house.public_id, label="2 left")

    assert Unit.objects.filter(label="2 left").count() == 2


def test_unit_cannot_take_the_label_of_another(house: Building) -> None:
    UnitFactory.create(building=house, label="2 left")
    unit = UnitFactory.create(building=house, label="2 right")

    with pytest.raises(LabelTaken):
        services.update_unit(building_id=house.public_id, unit_id=unit.public_id, label="2 left")


def test_unit_may_keep_its_own_label(house: Building) -> None:
    unit = UnitFactory.create(building=house, label="2 left", floor=1)

    services.update_unit(
        building_id=house.public_id, unit_id=unit.public_id, label="2 left", floor=2
    )

    unit.refresh_from_db()
    assert unit.floor == 2
    assert topics_of(house) == ["buildings.unit.updated"]


def test_requests_outlive_their_unit(house: Building) -> None:
    unit = UnitFactory.create(building=house)
    request = RequestFactory.create(building=house, unit=unit)

    services.remove_unit(building_id=house.public_id, unit_id=unit.public_id)

    request.refresh_from_db()
    assert request.unit is None
    assert topics_of(house) == ["buildings.unit.removed"]


def test_unit_is_not_found_through_another_building(house: Building) -> None:
    elsewhere = UnitFactory.create(building=BuildingFactory.create())

    with pytest.raises(NotFound):
        services.remove_unit(building_id=house.public_id, unit_id=elsewhere.public_id)
