"""Our own protocol, over HTTP."""

from typing import Any

import orjson
import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, MaintenanceRequest, Unit
from apps.sync.models import SyncState
from tests.apps.sync.api.asking import ROOT, Phone, delete, upsert
from tests.factories.buildings import BuildingFactory, RequestFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(owner: User) -> Building:
    """The owner's building."""
    return BuildingFactory.create(name="Lighthouse", owner__user=owner)


@pytest.fixture
def phone(owner: User) -> Phone:
    """The owner's phone."""
    return Phone(owner)


@pytest.fixture
def tablet(owner: User) -> Phone:
    """The owner's other device."""
    return Phone(owner, "tablet")


def test_first_pull_brings_everything_and_the_next_one_nothing(
    phone: Phone, house: Building
) -> None:
    unit = UnitFactory.create(building=house, label="2 left", floor=2)

    first = phone.pull()
    second = phone.pull(checkpoint=first["checkpoint"])

    (row,) = first["changes"]["units"]["rows"]
    assert row["id"] == str(unit.public_id)
    assert (row["building_id"], row["label"], row["floor"]) == (house.sync_id, "2 left", 2)
    assert (row["_revision"], isinstance(row["created_at"], int)) == (1, True)
    assert (first["has_more"], first["strategy"], first["is_first"]) == (False, "incremental", True)
    assert second["changes"] == {}
    assert second["checkpoint"] == first["checkpoint"]


def test_pages_are_as_long_as_was_asked_and_hold_each_row_once(
    phone: Phone, house: Building
) -> None:
    UnitFactory.create_batch(5, building=house)

    pages = [phone.pull(rows=2)]
    while pages[-1]["has_more"]:
        pages.append(phone.pull(rows=2, checkpoint=pages[-1]["checkpoint"]))

    rows = [row for page in pages for each in page["changes"].values() for row in each["rows"]]
    # The building, its owner, and the units.
    assert len(rows) == len({row["id"] for row in rows}) == 7
    assert max(_length(page) for page in pages) == 2
    assert [page["is_first"] for page in pages] == [True] + [False] * (len(pages) - 1)


def _length(page: Any) -> int:
    return sum(len(each["rows"]) + len(each["deleted"]) for each in page["changes"].values())


def test_what_one_device_pushes_the_other_pulls(
    phone: Phone, tablet: Phone, house: Building
) -> None:
    theirs = tablet.pull()["checkpoint"]

    (result,) = phone.push(
        upsert("units", "kUvXk2pQ7nW0aZ3B", building_id=house.sync_id, label="2 left", floor=2)
    )

    assert (result["outcome"], result["revision"]) == ("applied", 1)
    page = tablet.pull(checkpoint=theirs)
    assert [row["id"] for row in page["changes"]["units"]["rows"]] == ["kUvXk2pQ7nW0aZ3B"]
    (edited,) = phone.push(upsert("units", "kUvXk2pQ7nW0aZ3B", 1, notes="wet"))
    (told,) = tablet.pull(checkpoint=page["checkpoint"])["changes"]["units"]["rows"]
    assert (told["notes"], told["_revision"]) == ("wet", edited["revision"])


def test_deletion_reaches_the_other_device(phone: Phone, tablet: Phone, house: Building) -> None:
    unit = UnitFactory.create(building=house)
    checkpoint = tablet.pull()["checkpoint"]

    (result,) = phone.push(delete("units", unit.sync_id, 1))

    assert (result["outcome"], result["record"]) == ("applied", None)
    changes = tablet.pull(checkpoint=checkpoint)["changes"]
    assert changes == {"units": {"rows": [], "deleted": [unit.sync_id]}}


def test_edits_of_different_columns_are_merged(
    phone: Phone, tablet: Phone, house: Building
) -> None:
    request = RequestFactory.create(building=house, title="Tap", priority="normal")
    tablet.push(upsert("requests", request.sync_id, 1, priority="high"))

    (result,) = phone.push(upsert("requests", request.sync_id, 1, title="The tap drips"))

    assert (result["outcome"], result["revision"]) == ("merged", 3)
    record = result["record"]
    assert (record["title"], record["priority"]) == ("The tap drips", "high")


def test_repeated_push_is_answered_alike_and_done_once(phone: Phone, house: Building) -> None:
    operation = upsert("requests", "r1", building_id=house.sync_id, title="Lift")

    (first,) = phone.push(operation)
    (second,) = phone.push(operation)

    assert second == {**first, "is_repeated": True}
    assert MaintenanceRequest.objects.count() == 1


def test_what_is_refused_says_why_and_blocks_nothing(phone: Phone, house: Building) -> None:
    known = [
        upsert("units", "u1", building_id=house.sync_id, label=""),
        upsert("drafts", "d1", text="x"),
        upsert("units", "u2", building_id=house.sync_id, label="2 left", sync_xid="7"),
        upsert("__proto__", "p1", polluted=True),
        upsert("units", "u3", building_id="nowhere", label="3 left"),
        upsert("units", "u4", building_id=house.sync_id, label="4 left"),
    ]

    results = phone.push(*known)

    assert [(each["outcome"], each["code"]) for each in results] == [
        ("rejected", "kernel.invalid"),
        ("rejected", "sync.unknown_table"),
        ("rejected", "sync.unknown_column"),
        ("rejected", "sync.unknown_table"),
        ("rejected", "kernel.invalid"),
        ("applied", ""),
    ]
    assert list(Unit.objects.values_list("sync_id", flat=True)) == ["u4"]
    assert all(each["reason"] for each in results[:-1])


def test_of_an_atomic_push_all_is_done_or_nothing(phone: Phone, house: Building) -> None:
    results = phone.push(
        upsert("units", "u1", building_id=house.sync_id, label="2 left"),
        upsert("units", "u2", building_id=house.sync_id, label=""),
        atomic=True,
    )

    assert [each["code"] for each in results] == ["sync.undone", "kernel.invalid"]
    assert not Unit.objects.exists()


def test_malformed_operation_is_named_and_nothing_is_done(phone: Phone, house: Building) -> None:
    good = upsert("units", "u1", building_id=house.sync_id, label="2 left")

    answer = phone.client.post(
        f"{ROOT}/push", {"operations": [good, {**good, "id": "a/b"}]}, format="json"
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "kernel.invalid")
    assert [error["field"] for error in answer.json()["errors"]] == ["operations.1.id"]
    assert not Unit.objects.exists()


def test_text_with_half_of_a_character_is_taken(phone: Phone, house: Building) -> None:
    body = (
        b'{"operations": [{"op_id": "019ab2e1-0a1b-7c2d-8e3f-405162738495", "table": "requests",'
        rb' "id": "r1", "op": "upsert", "changes": {"title": "Lift \ud83d\u0000",'
        b' "building_id": "%b"}}]}' % house.sync_id.encode()
    )

    answer = phone.client.generic("POST", f"{ROOT}/push", body.decode(), "application/json")

    assert answer.json()["results"][0]["outcome"] == "applied"
    assert MaintenanceRequest.objects.get().title == "Lift \ufffd\ufffd"


def test_device_is_known_by_what_it_says(phone: Phone, owner: User, house: Building) -> None:
    phone.pull(schema_version=3, app_version="2.4.0", pending=7, client_now=1795340000000)

    state = SyncState.objects.get(user=owner)
    assert state.installation_id == "phone"
    assert (state.schema_version, state.app_version, state.pending_operations) == (3, "2.4.0", 7)
    assert state.clock_offset_ms != 0


def test_push_of_a_whole_mebibyte_is_taken_and_no_more(phone: Phone, house: Building) -> None:
    operations = [
        upsert(
            "units", f"u{number}", building_id=house.sync_id, label=str(number), notes="x" * 2000
        )
        for number in range(400)
    ]
    body = orjson.dumps({"device": "phone", "operations": operations})
    url, kind, most = f"{ROOT}/push", "application/json", 1024 * 1024

    taken = phone.client.post(url, body.ljust(most), content_type=kind)
    refused = phone.client.post(url, body.ljust(most + 1), content_type=kind)

    assert {result["outcome"] for result in taken.json()["results"]} == {"applied"}
    assert refused.status_code == 413
    assert Unit.objects.count() == len(operations)


def test_large_pages_are_compressed(phone: Phone, house: Building) -> None:
    UnitFactory.create_batch(30, building=house)

    answer = phone.client.get(f"{ROOT}/pull", {"device": "phone"}, HTTP_ACCEPT_ENCODING="gzip")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "query",
    [
        {"checkpoint": "0"},
        {"checkpoint": "-1"},
        {"checkpoint": "x"},
        {"checkpoint": str(2**53)},
        {"rows": "0"},
        {"rows": "5001"},
        {"device": "a b"},
        {"device": "x" * 65},
        {"schema_version": "0"},
        {"client_now": "1"},
        {"pending": "-1"},
        {"migration": "{"},
        {"last_pulled_at": "1"},
    ],
)
def test_what_cannot_be_asked_is_refused_and_not_noted(
    phone: Phone, owner: User, query: Any
) -> None:
    assert phone.get("pull", **query).status_code == 400
    assert not SyncState.objects.filter(user=owner).exists()
