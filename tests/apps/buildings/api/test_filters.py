"""The filters of maintenance requests."""

from datetime import UTC, datetime

import pytest
import time_machine

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.buildings.types import Priority, Status
from tests.factories.buildings import RequestFactory, UnitFactory
from tests.people import client_of


@pytest.fixture
def requests(house: Building, owner: User) -> None:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False):
        RequestFactory.create(building=house, title="old", status=Status.CLOSED)
    RequestFactory.create(building=house, title="started", status=Status.IN_PROGRESS)
    RequestFactory.create(building=house, title="urgent", priority=Priority.URGENT)
    RequestFactory.create(building=house, title="mine", author=owner)
    RequestFactory.create(
        building=house, title="placed", unit=UnitFactory.create(building=house, label="1")
    )


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"old", "started", "urgent", "mine", "placed"}),
        ("status=closed", {"old"}),
        ("status=closed&status=in_progress", {"old", "started"}),
        ("priority=urgent", {"urgent"}),
        ("author=me", {"mine"}),
        ("created_since=2026-06-01T00:00:00Z", {"started", "urgent", "mine", "placed"}),
        ("status=open&author=me", {"mine"}),
    ],
)
@pytest.mark.usefixtures("requests")
def test_filter_keeps_what_it_names(
    house: Building, owner: User, query: str, titles: set[str]
) -> None:
    page = client_of(owner).get(f"/api/v1/buildings/{house.public_id}/requests/?{query}").json()

    assert {item["title"] for item in page["items"]} == titles


@pytest.mark.usefixtures("requests")
def test_requests_of_one_unit_are_found(house: Building, owner: User) -> None:
    unit = house.units.get(label="1")
    url = f"/api/v1/buildings/{house.public_id}/requests/?unit={unit.public_id}"

    page = client_of(owner).get(url).json()

    assert [item["title"] for item in page["items"]] == ["placed"]


@pytest.mark.parametrize(
    "query",
    ["status=lost", "author=somebody", "unit=7", "created_since=soon", "title=x", "building=1"],
)
def test_what_is_no_filter_is_refused(house: Building, owner: User, query: str) -> None:
    url = f"/api/v1/buildings/{house.public_id}/requests/?{query}"

    assert client_of(owner).get(url).status_code == 400
