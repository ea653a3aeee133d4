"""Rows as the services handle them."""

import pytest

from apps.buildings.models import Building
from apps.buildings.services.rows import changed, held
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id


def test_row_that_is_not_there_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        held(Building.objects, public_id=new_id())


def test_only_what_differs_is_saved(house: Building) -> None:
    Building.objects.filter(pk=house.pk).update(address="written meanwhile")

    assert changed(house, name="Lamp house", address=house.address)

    house.refresh_from_db()
    assert (house.name, house.address) == ("Lamp house", "written meanwhile")


def test_nothing_is_saved_when_nothing_differs(house: Building) -> None:
    before = house.updated_at

    assert not changed(house, name=house.name)

    house.refresh_from_db()
    assert house.updated_at == before
