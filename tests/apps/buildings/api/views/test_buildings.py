"""My buildings, over HTTP."""

from apps.accounts.models import User
from apps.buildings.models import Building
from tests.factories.buildings import BuildingFactory
from tests.people import client_of

URL = "/api/v1/buildings/"


def test_building_is_created_and_shown(owner: User) -> None:
    response = client_of(owner).post(URL, {"name": "Lighthouse", "address": "Coast 1"})

    assert response.status_code == 201
    shown = response.json()
    building = Building.objects.get()
    assert shown["id"] == str(building.public_id)
    assert (shown["name"], shown["address"], shown["role"]) == ("Lighthouse", "Coast 1", "owner")


def test_list_shows_my_buildings_with_my_role_newest_first(house: Building, resident: User) -> None:
    own = BuildingFactory.create(owner__user=resident)
    BuildingFactory.create(name="Somebody else's")

    items = client_of(resident).get(URL).json()["items"]

    assert [(item["id"], item["role"]) for item in items] == [
        (str(own.public_id), "owner"),
        (str(house.public_id), "resident"),
    ]


def test_nameless_building_is_refused(owner: User) -> None:
    response = client_of(owner).post(URL, {"name": " "})

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == ["name"]


def test_role_cannot_be_written(house: Building, owner: User) -> None:
    response = client_of(owner).patch(f"{URL}{house.public_id}/", {"role": "owner"})

    assert response.status_code == 400


def test_building_is_changed_and_deleted(house: Building, owner: User) -> None:
    client = client_of(owner)

    changed = client.patch(f"{URL}{house.public_id}/", {"address": "Coast 2"}).json()
    deleted = client.delete(f"{URL}{house.public_id}/")

    assert (changed["name"], changed["address"]) == (house.name, "Coast 2")
    assert deleted.status_code == 204
    assert not Building.objects.exists()
