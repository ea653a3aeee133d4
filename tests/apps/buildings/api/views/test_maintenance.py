"""Maintenance requests and their comments, over HTTP."""

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.buildings.types import Status
from apps.kernel.ids import new_id
from tests.factories.buildings import CommentFactory, RequestFactory, UnitFactory
from tests.people import client_of


@pytest.fixture
def url(house: Building) -> str:
    return f"/api/v1/buildings/{house.public_id}/requests/"


def test_request_is_opened_and_shown(house: Building, resident: User, url: str) -> None:
    unit = UnitFactory.create(building=house)

    response = client_of(resident).post(
        url, {"title": "The tap drips", "unit": str(unit.public_id), "priority": "high"}
    )

    assert response.status_code == 201
    shown = response.json()
    assert shown["unit"] == str(unit.public_id)
    assert shown["author"] == {"id": str(resident.public_id), "name": resident.name}
    assert (shown["title"], shown["status"], shown["priority"]) == ("The tap drips", "open", "high")


def test_unit_of_another_building_is_refused(resident: User, url: str) -> None:
    elsewhere = UnitFactory.create()

    response = client_of(resident).post(
        url, {"title": "The tap drips", "unit": str(elsewhere.public_id)}
    )

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == ["unit"]


def test_unit_is_changed_and_taken_away(house: Building, manager: User, url: str) -> None:
    request = RequestFactory.create(building=house)
    unit = UnitFactory.create(building=house)
    client = client_of(manager)

    placed = client.patch(f"{url}{request.public_id}/", {"unit": str(unit.public_id)}).json()
    taken_away = client.patch(f"{url}{request.public_id}/", {"unit": None}).json()

    assert (placed["unit"], taken_away["unit"]) == (str(unit.public_id), None)


def test_request_goes_through_its_life(house: Building, manager: User, url: str) -> None:
    request = RequestFactory.create(building=house)
    client = client_of(manager)
    life = ["in_progress", "resolved", "closed", "reopened", "in_progress"]

    shown = [
        client.post(f"{url}{request.public_id}/status/", {"status": status}).json()["status"]
        for status in life
    ]

    assert shown == life


def test_wrong_transition_is_a_conflict(house: Building, manager: User, url: str) -> None:
    request = RequestFactory.create(building=house)

    response = client_of(manager).post(f"{url}{request.public_id}/status/", {"status": "resolved"})

    assert response.status_code == 409
    assert response.json()["code"] == "buildings.transition_not_allowed"


def test_author_reopens_what_was_said_to_be_resolved(
    house: Building, resident: User, url: str
) -> None:
    request = RequestFactory.create(building=house, author=resident, status=Status.RESOLVED)

    response = client_of(resident).post(f"{url}{request.public_id}/status/", {"status": "reopened"})

    assert response.json()["status"] == "reopened"


def test_status_is_not_written_in_passing(house: Building, manager: User, url: str) -> None:
    request = RequestFactory.create(building=house)

    response = client_of(manager).patch(f"{url}{request.public_id}/", {"status": "closed"})

    assert response.status_code == 400


def test_request_of_a_deleted_account_stays(house: Building, owner: User, url: str) -> None:
    RequestFactory.create(building=house, author=None)

    [shown] = client_of(owner).get(url).json()["items"]

    assert shown["author"] is None


def test_comment_is_written_and_listed(house: Building, resident: User, url: str) -> None:
    request = RequestFactory.create(building=house)
    client, comments = client_of(resident), f"{url}{request.public_id}/comments/"

    written = client.post(comments, {"text": "At night only."})
    listed = client.get(comments).json()["items"]

    assert written.status_code == 201
    assert listed == [written.json()]
    assert listed[0]["author"]["name"] == resident.name


def test_comments_of_an_absent_request_are_not_there(resident: User, url: str) -> None:
    client, comments = client_of(resident), f"{url}{new_id()}/comments/"

    assert client.get(comments).status_code == 404
    assert client.post(comments, {"text": "Hello?"}).status_code == 404


def test_comment_is_not_found_through_another_request(
    house: Building, manager: User, url: str
) -> None:
    comment = CommentFactory.create(request__building=house)
    other = RequestFactory.create(building=house)

    response = client_of(manager).delete(f"{url}{other.public_id}/comments/{comment.public_id}/")

    assert response.status_code == 404
