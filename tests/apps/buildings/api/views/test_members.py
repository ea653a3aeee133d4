"""The members of a building, over HTTP."""

from apps.accounts.models import User
from apps.buildings.models import Building
from tests.people import client_of


def test_members_are_shown_by_name_and_role(house: Building, owner: User, resident: User) -> None:
    items = client_of(resident).get(f"/api/v1/buildings/{house.public_id}/members/").json()["items"]

    assert [(item["id"], item["name"], item["role"]) for item in items] == [
        (str(resident.public_id), resident.name, "resident"),
        (str(owner.public_id), owner.name, "owner"),
    ]


def test_addresses_of_members_are_nobodys_business(house: Building, resident: User) -> None:
    page = client_of(resident).get(f"/api/v1/buildings/{house.public_id}/members/")

    assert "@" not in page.text


def test_owner_gives_a_role(house: Building, owner: User, resident: User) -> None:
    url = f"/api/v1/buildings/{house.public_id}/members/{resident.public_id}/"

    response = client_of(owner).patch(url, {"role": "manager"})

    assert (response.status_code, response.json()["role"]) == (200, "manager")


def test_last_owner_cannot_leave(house: Building, owner: User) -> None:
    url = f"/api/v1/buildings/{house.public_id}/members/{owner.public_id}/"

    response = client_of(owner).delete(url)

    assert (response.status_code, response.json()["code"]) == (409, "buildings.last_owner")


def test_change_that_names_nothing_changes_nothing(
    house: Building, owner: User, resident: User
) -> None:
    path = f"/api/v1/buildings/{house.public_id}/members/{resident.public_id}/"

    answer = client_of(owner).patch(path, {})

    assert (answer.status_code, answer.json()["role"]) == (200, "resident")
