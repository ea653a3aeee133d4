"""The page of the sync protocol holds a client that works, and tells of all there is to tell."""

import re
import time
from typing import Any

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, MaintenanceRequest
from apps.kernel.errors import catalogue
from apps.sync import errors
from apps.sync.models import Checkpoint
from apps.sync.types import Kind, Outcome, Policy, Resolution, Strategy
from tests.apps.sync.api.asking import ROOT, Phone, upsert
from tests.architecture import sources
from tests.factories.buildings import BuildingFactory, MemberFactory, RequestFactory, UnitFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = (sources.ROOT / "docs/reference/sync-protocol.md").read_text()


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


def test_day_of_two_phones_goes_as_the_page_says(owner: User, house: Building) -> None:
    request = RequestFactory.create(building=house, author=owner, title="Tap", priority="normal")
    for description in (".", ""):
        MaintenanceRequest.objects.update(description=description)
    a, b = Phone(owner, "a"), Phone(owner, "b")
    last = b.pull()["checkpoint"]
    now = int(time.time() * 1000)
    minute = 60_000

    def edit(base: int, ago: int, **changes: Any) -> Any:
        return {
            **upsert("requests", request.sync_id, base, **changes),
            "hlc": f"{now - ago * minute}-0",
        }

    # B's clock is ten minutes slow.
    (two,) = b.push(edit(3, 10, priority="low"), client_now=now - 10 * minute)
    late = edit(3, 5, title="The tap drips", priority="high")
    (three,) = a.push(late, client_now=now)
    (four,) = a.push(late, client_now=now)
    decided = a.client.get(f"{ROOT}/conflicts/", {"settled": "decided"}).json()["items"]
    (five,) = b.pull(checkpoint=last)["changes"]["requests"]["rows"]
    (met,) = b.push(edit(5, 0, description="All day."), client_now=now)
    (six,) = a.push(edit(5, 0, description="At night only."), client_now=now)
    path = f"{ROOT}/conflicts/{six['conflict_id']}/resolve/"
    a.client.post(path, {"resolution": "mine"}, format="json")
    (seven,) = Phone(owner, "c").pull()["changes"]["requests"]["rows"]

    assert (two["outcome"], two["revision"]) == ("applied", 4)
    assert (three["outcome"], three["revision"]) == ("merged", 5)
    record = three["record"]
    assert (record["title"], record["priority"]) == ("The tap drips", "low")
    assert [each["mine"] for each in decided] == [{"priority": "high"}]
    assert four == {**three, "is_repeated": True}
    assert five["_revision"] == 5
    assert (met["outcome"], met["revision"]) == ("applied", 6)
    assert (six["outcome"], six["record"]["description"]) == ("conflict", "All day.")
    assert (seven["_revision"], seven["description"]) == (7, "At night only.")


def test_page_names_every_word_and_every_error() -> None:
    told = [
        word for words in (Outcome, Policy, Kind, Strategy, Resolution) for word in words.values
    ]
    codes = [error.code for error in catalogue() if error.__module__ == errors.__name__]

    assert [word for word in told if f"`{word}`" not in PAGE and f'"{word}"' not in PAGE] == []
    assert [code for code in codes if f"`{code}`" not in PAGE] == []
