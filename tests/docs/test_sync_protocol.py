"""The page of the sync protocol holds a client that works, and tells of all there is to tell."""

import re
from typing import Any

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.kernel.errors import catalogue
from apps.sync import errors
from apps.sync.models import Checkpoint
from apps.sync.types import Kind, Outcome, Policy, Resolution, Strategy
from tests.architecture.sources import ROOT
from tests.factories.buildings import BuildingFactory, MemberFactory, RequestFactory, UnitFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = (ROOT / "docs/reference/sync-protocol.md").read_text()


@pytest.fixture
def house(owner: User) -> Building:
    """The owner's building."""
    return BuildingFactory.create(name="Lighthouse", owner__user=owner)


def client_on_the_page(user: User, device: str) -> Any:
    (code,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    http = client_of(user)

    def call(method: str, path: str, told: Any) -> Any:
        answer = http.get(path, told) if method == "GET" else http.post(path, told, format="json")
        assert answer.status_code == 200, answer.content
        return answer.json()

    return names["Client"](call, device)


def _told_in_all(clients: Any) -> None:
    for client in (*clients, *clients):
        client.sync()


def test_clients_of_the_page_converge(owner: User, house: Building) -> None:
    unit = UnitFactory.create(building=house, label="2 left", floor=2)
    request = RequestFactory.create(building=house, author=owner, title="Tap", priority="normal")
    phone, tablet = client_on_the_page(owner, "phone"), client_on_the_page(owner, "tablet")
    _told_in_all((phone, tablet))

    phone.edit("requests", request.sync_id, {"title": "The tap drips"})
    phone.edit("requests", request.sync_id, {"priority": "high"})
    phone.edit("units", "u-new", {"building_id": house.sync_id, "label": "3 left"})
    phone.edit(
        "requests", "r-new", {"building_id": house.sync_id, "title": "x", "unit_id": "u-new"}
    )
    tablet.edit("requests", request.sync_id, {"priority": "low"})
    tablet.edit("units", unit.sync_id)
    assert phone.rows["requests"][request.sync_id]["title"] == "The tap drips"
    _told_in_all((phone, tablet))

    assert phone.rows == tablet.rows
    assert phone.rows["requests"][request.sync_id]["title"] == "The tap drips"
    assert set(phone.rows["units"]) == {"u-new"}
    assert phone.rows["requests"]["r-new"]["unit_id"] == "u-new"
    assert phone.told == tablet.told == []


def test_client_of_the_page_takes_what_was_not_taken_back(
    owner: User, teammate: User, house: Building
) -> None:
    MemberFactory.create(building=house, user=teammate)
    unit = UnitFactory.create(building=house, label="2 left")
    phone = client_on_the_page(teammate, "phone")
    phone.sync()

    phone.edit("units", unit.sync_id, {"label": "mine"})
    phone.edit("units", "u-new", {"building_id": house.sync_id, "label": "3 left"})
    phone.sync()

    assert {row["label"] for row in phone.rows["units"].values()} == {"2 left"}
    assert [result["code"] for _, result in phone.told] == ["kernel.forbidden"] * 2


def test_client_of_the_page_keeps_only_the_full_set(owner: User, house: Building) -> None:
    phone = client_on_the_page(owner, "phone")
    UnitFactory.create_batch(3, building=house)
    phone.sync()
    phone.rows["units"]["ghost"] = {"id": "ghost"}
    Checkpoint.objects.all().delete()

    phone.sync()

    assert len(phone.rows["units"]) == 3


def test_page_names_every_word_and_every_error() -> None:
    told = [
        word for words in (Outcome, Policy, Kind, Strategy, Resolution) for word in words.values
    ]
    codes = [error.code for error in catalogue() if error.__module__ == errors.__name__]

    assert [word for word in told if f"`{word}`" not in PAGE and f'"{word}"' not in PAGE] == []
    assert [code for code in codes if f"`{code}`" not in PAGE] == []
