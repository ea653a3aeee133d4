"""The units of a building, over HTTP."""

from apps.accounts.models import User
from apps.buildings.models import Building, Unit
from tests.factories.buildings import UnitFactory
from tests.people import client_of


def test_unit_is_added_changed_and_removed(house: Building, owner: User) -> None:
    client, url = client_of(owner), f"/api/v1/buildings/{house.public_id}/units/"

    added = client.post(url, {"label": "2 left", "floor": 2}).json()
    changed = client.patch(f"{url}{added['id']}/", {"floor": None, "notes": "Attic"}).json()
    removed = client.delete(f"{url}{added['id']}/")

    assert (added["label"], added["floor"]) == ("2 left", 2)
    assert (changed["label"], changed["floor"], changed["notes"]) == ("2 left", None, "Attic")
    assert removed.status_code == 204
    assert not Unit.objects.exists()


def test_taken_label_is_a_conflict(house: Building, owner: User) -> None:
    UnitFactory.create(building=house, label="2 left")

    response = client_of(owner).post(
        f"/api/v1/buildings/{house.public_id}/units/", {"label": "2 left"}
    )

    assert (response.status_code, response.json()["code"]) == (409, "buildings.label_taken")


def test_unit_is_not_found_through_another_building(house: Building, owner: User) -> None:
    elsewhere = UnitFactory.create(building__owner__user=owner)

    response = client_of(owner).get(
        f"/api/v1/buildings/{house.public_id}/units/{elsewhere.public_id}/"
    )

    assert response.status_code == 404
