"""WatermelonDB's protocol, over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, Member, Unit
from apps.buildings.services import update_unit
from apps.buildings.types import Role
from apps.sync import shapes
from apps.sync.models import Checkpoint
from apps.sync.ports import tables
from tests.apps.sync.api.asking import Phone
from tests.factories.buildings import BuildingFactory, RequestFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)

ID = "kUvXk2pQ7nW0aZ3B"


@pytest.fixture
def house(owner: User) -> Building:
    """The owner's building."""
    return BuildingFactory.create(name="Lighthouse", owner__user=owner)


@pytest.fixture
def phone(owner: User) -> Phone:
    """The owner's phone."""
    return Phone(owner)


@pytest.fixture
def second_version(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The second version of the clients' schema brings the notes of units, and requests."""
    units, requests = tables.get("units"), tables.get("requests")
    assert units is not None
    assert requests is not None
    columns = tuple(
        replace(column, since=2) if column.name == "notes" else column for column in units.columns
    )
    monkeypatch.setitem(tables._entries, "units", replace(units, columns=columns))
    monkeypatch.setitem(tables._entries, "requests", replace(requests, since=2))
    # They are by the number of a version, which means something else now.
    shapes._statement.cache_clear()
    yield
    shapes._statement.cache_clear()


def pulled(phone: Phone, last_pulled_at: Any = "null", **query: Any) -> Any:
    asked = {"schema_version": 1, "migration": "null", **query}
    answer = phone.get("watermelon/pull", last_pulled_at=last_pulled_at, **asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def pushed(phone: Phone, last_pulled_at: int, **tables: Any) -> Any:
    empty: Any = {"created": [], "updated": [], "deleted": []}
    changes = {name: {**empty, **lists} for name, lists in tables.items()}
    return phone.post("watermelon/push", changes, last_pulled_at=last_pulled_at)


def unit_of(house: Building, **changed: Any) -> Any:
    row = {"id": ID, "building_id": house.sync_id, "label": "2 left", "floor": 2, "notes": ""}
    return {**row, "_status": "created", "_changed": "", **changed}


def test_first_pull_is_a_watermelons(phone: Phone, house: Building) -> None:
    UnitFactory.create(building=house, label="2 left", floor=None)

    page = pulled(phone)

    (unit,) = page["changes"]["units"]["updated"]
    assert (unit["label"], unit["floor"], "_revision" in unit) == ("2 left", None, False)
    assert page["changes"]["units"]["created"] == page["changes"]["units"]["deleted"] == []
    assert (page["has_more"], "experimentalStrategy" in page) == (False, False)
    assert 0 < page["timestamp"] < 2**53


def test_create_edit_and_delete_reach_the_other_phone(
    phone: Phone, owner: User, house: Building
) -> None:
    tablet = Phone(owner, "tablet")
    mine, theirs = pulled(phone)["timestamp"], pulled(tablet)["timestamp"]

    answer = pushed(phone, mine, units={"created": [unit_of(house)]})
    page = pulled(tablet, theirs)
    edit = unit_of(house, _status="updated", _changed="notes", notes="wet", label="stale")
    edited = pushed(phone, pulled(phone, mine)["timestamp"], units={"updated": [edit]})
    after = pulled(tablet, page["timestamp"])
    gone = pushed(phone, pulled(phone, mine)["timestamp"], units={"deleted": [ID]})
    end = pulled(tablet, after["timestamp"])

    assert [answer.json(), edited.json(), gone.json()] == [{}, {}, {}]
    assert [row["id"] for row in page["changes"]["units"]["updated"]] == [ID]
    (row,) = after["changes"]["units"]["updated"]
    # Only what it says it has changed.
    assert (row["notes"], row["label"]) == ("wet", "2 left")
    assert end["changes"]["units"]["deleted"] == [ID]


def test_row_that_changed_meanwhile_refuses_the_whole_push(phone: Phone, house: Building) -> None:
    unit = UnitFactory.create(building=house, label="2 left")
    last = pulled(phone)["timestamp"]
    update_unit(building_id=house.public_id, unit_id=unit.public_id, label="3 left")

    edit = unit_of(house, id=unit.sync_id, _status="updated", _changed="notes", notes="wet")
    answer = pushed(phone, last, units={"updated": [edit], "created": [unit_of(house, label="9")]})

    assert (answer.status_code, answer.json()["code"]) == (409, "sync.changed_meanwhile")
    assert Unit.objects.get().notes == ""
    again = pushed(phone, pulled(phone, last)["timestamp"], units={"updated": [edit]})
    assert (again.status_code, Unit.objects.get().notes) == (200, "wet")


def test_values_that_do_not_fit_are_mended(phone: Phone, house: Building) -> None:
    last = pulled(phone)["timestamp"]
    row = unit_of(house, label="x" * 100, floor="second", notes=7, nonsense={"a": 1})

    answer = pushed(phone, last, units={"created": [row]})

    unit = Unit.objects.get()
    assert (answer.status_code, answer.json()) == (200, {})
    assert (unit.label, unit.floor, unit.notes) == ("x" * 40, None, "7")
    # What the phone holds is not what is stored, so it hears of it.
    (told,) = pulled(phone, last)["changes"]["units"]["updated"]
    assert told["label"] == "x" * 40


def test_what_may_not_be_done_stays_unsynced_and_the_rest_is_taken(
    teammate: User, house: Building
) -> None:
    Member.objects.create(building=house, user=teammate, role=Role.RESIDENT)
    phone = Phone(teammate)
    request = {"id": "r1", "building_id": house.sync_id, "title": "Lift", "_status": "created"}

    answer = pushed(
        phone,
        pulled(phone)["timestamp"],
        units={"created": [unit_of(house)]},
        requests={"created": [request]},
        comments={},
        drafts={},
    )

    assert answer.status_code == 200, answer.content
    assert answer.json()["experimentalRejectedIds"] == {"units": [ID]}
    (told,) = answer.json()["rejected"]
    assert (told["id"], told["code"]) == (ID, "kernel.forbidden")
    assert house.requests.get().sync_id == "r1"


def test_checkpoint_that_is_not_kept_any_more_brings_the_full_set_at_once(
    phone: Phone, house: Building
) -> None:
    UnitFactory.create_batch(7, building=house)
    last = pulled(phone)["timestamp"]
    Checkpoint.objects.all().delete()

    page = pulled(phone, last, rows=3)

    assert page["experimentalStrategy"] == "replacement"
    assert len(page["changes"]["units"]["updated"]) == 7
    assert page["changes"]["comments"] == {"created": [], "updated": [], "deleted": []}
    assert page["has_more"] is False
    assert pulled(phone, page["timestamp"])["changes"] == {}


def test_pages_go_on_by_their_timestamps(phone: Phone, house: Building) -> None:
    UnitFactory.create_batch(5, building=house)

    pages = [pulled(phone, rows=3)]
    while pages[-1]["has_more"]:
        pages.append(pulled(phone, pages[-1]["timestamp"], rows=3))

    ids = [
        row["id"] for page in pages for each in page["changes"].values() for row in each["updated"]
    ]
    assert len(ids) == len(set(ids)) == 7


def test_unknown_table_is_refused_by_name(phone: Phone, house: Building) -> None:
    answer = pushed(phone, pulled(phone)["timestamp"], drafts={"deleted": ["a"]})

    assert (answer.status_code, answer.json()["code"]) == (400, "sync.unknown_table")
    assert [error["field"] for error in answer.json()["errors"]] == ["drafts"]


@pytest.mark.parametrize("last_pulled_at", ["x", "0", "-1", "1.5", str(2**53), "NaN"])
def test_what_is_no_timestamp_is_refused(phone: Phone, last_pulled_at: str) -> None:
    assert phone.get("watermelon/pull", last_pulled_at=last_pulled_at).status_code == 400


_NEWS = {
    "from": 1,
    "tables": ["requests"],
    "columns": [{"table": "units", "columns": ["notes"]}],
}


@pytest.mark.parametrize("migration", ["null", json.dumps(_NEWS)], ids=["untold", "told"])
@pytest.mark.parametrize(
    ("path", "since", "stamp", "rows_of"),
    [
        ("watermelon/pull", "last_pulled_at", "timestamp", "updated"),
        ("pull", "checkpoint", "checkpoint", "rows"),
    ],
    ids=["watermelon", "operations"],
)
def test_updated_app_is_brought_the_tables_and_columns_that_it_had_no_room_for(
    second_version: None,
    phone: Phone,
    house: Building,
    path: str,
    since: str,
    stamp: str,
    rows_of: str,
    migration: str,
) -> None:
    noted = UnitFactory.create(building=house, notes="Wet")
    UnitFactory.create(building=house, notes="")
    request = RequestFactory.create(building=house)
    first = phone.get(path, schema_version=1).json()

    asked = {"schema_version": 2, "migration": migration}
    second = phone.get(path, **asked, **{since: first[stamp]}).json()
    again = {"schema_version": 2, "migration": "null", since: second[stamp]}
    third = phone.get(path, **again).json()

    assert "requests" not in first["changes"]
    assert all("notes" not in row for row in first["changes"]["units"][rows_of])
    brought = {name: each[rows_of] for name, each in second["changes"].items() if each[rows_of]}
    assert {name: [row["id"] for row in rows] for name, rows in brought.items()} == {
        "requests": [request.sync_id],
        "units": [noted.sync_id],
    }
    assert brought["units"][0]["notes"] == "Wet"
    assert not any(each[rows_of] for each in third["changes"].values())


def test_app_of_an_earlier_version_pushes_to_no_table_that_it_does_not_know(
    second_version: None, phone: Phone, house: Building
) -> None:
    last = pulled(phone)["timestamp"]

    answer = phone.post(
        "watermelon/push",
        {"requests": {"created": [], "updated": [], "deleted": ["a"]}},
        last_pulled_at=last,
        schema_version=1,
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "sync.unknown_table")
