"""RxDB's replication, over HTTP."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, Member, Unit
from apps.buildings.services import update_unit
from apps.buildings.types import Role
from tests.apps.sync.api.asking import Phone
from tests.factories.buildings import BuildingFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(owner: User) -> Building:
    """The owner's building."""
    return BuildingFactory.create(name="Lighthouse", owner__user=owner)


@pytest.fixture
def phone(owner: User) -> Phone:
    """The owner's phone."""
    return Phone(owner)


def pulled(phone: Phone, checkpoint: Any = None, **query: Any) -> Any:
    if checkpoint:
        query["checkpoint"] = checkpoint["number"]
    answer = phone.get("rxdb/units/pull", **query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def pushed(phone: Phone, *rows: Any) -> Any:
    answer = phone.post("rxdb/units/push", rows)
    assert answer.status_code == 200, answer.content
    return answer.json()


def row(wanted: Any, assumed: Any = None) -> Any:
    told = {"newDocumentState": wanted}
    return told if assumed is None else {**told, "assumedMasterState": assumed}


def new_unit(house: Building, **changed: Any) -> Any:
    unit = {"id": "u1", "building_id": house.sync_id, "label": "2 left", "floor": 2, "notes": ""}
    return {**unit, "_deleted": False, **changed}


def test_pull_brings_documents_of_one_table_in_batches(phone: Phone, house: Building) -> None:
    UnitFactory.create_batch(3, building=house)

    first = pulled(phone, batch_size=2)
    second = pulled(phone, first["checkpoint"], batch_size=2)

    assert [len(first["documents"]), len(second["documents"])] == [2, 1]
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert {each["_deleted"] for each in first["documents"]} == {False}
    assert pulled(phone, second["checkpoint"])["documents"] == []


def test_insert_edit_and_delete_are_taken_and_reach_others(
    phone: Phone, owner: User, house: Building
) -> None:
    tablet = Phone(owner, "tablet")
    before = pulled(tablet)["checkpoint"]

    assert pushed(phone, row(new_unit(house))) == []
    assert pushed(phone, row(new_unit(house, notes="wet"), new_unit(house))) == []
    page = pulled(tablet, before)
    (document,) = page["documents"]
    gone = row({**document, "_deleted": True}, document)
    assert pushed(tablet, gone) == []

    assert (document["id"], document["notes"], document["_deleted"]) == ("u1", "wet", False)
    assert not Unit.objects.exists()
    # Hearing of one's own deletion does no harm.
    assert pulled(tablet, page["checkpoint"])["documents"] == [{"id": "u1", "_deleted": True}]


def test_edit_of_another_state_is_answered_with_the_present_one(
    phone: Phone, house: Building
) -> None:
    unit = UnitFactory.create(building=house, label="2 left")
    (assumed,) = pulled(phone)["documents"]
    update_unit(building_id=house.public_id, unit_id=unit.public_id, label="3 left")

    (master,) = pushed(phone, row({**assumed, "notes": "wet"}, assumed))

    assert (master["label"], master["notes"], master["_deleted"]) == ("3 left", "", False)
    assert "_revision" not in master
    assert Unit.objects.get().notes == ""
    assert pushed(phone, row({**master, "notes": "wet"}, master)) == []
    assert Unit.objects.get().notes == "wet"


def test_what_is_refused_is_answered_with_the_present_state(
    teammate: User, house: Building
) -> None:
    Member.objects.create(building=house, user=teammate, role=Role.RESIDENT)
    UnitFactory.create(building=house, label="2 left")
    phone = Phone(teammate)
    (assumed,) = pulled(phone)["documents"]

    refused = pushed(
        phone, row({**assumed, "notes": "wet"}, assumed), row(new_unit(house, label="3 left"))
    )

    assert [(each["id"], each["_deleted"]) for each in refused] == [
        (assumed["id"], False),
        ("u1", True),
    ]
    assert Unit.objects.get().notes == ""


def test_strangers_rows_are_as_if_they_were_not_there(stranger: User, house: Building) -> None:
    unit = UnitFactory.create(building=house, label="2 left")
    phone = Phone(stranger)
    wanted = new_unit(house, id=unit.sync_id, label="mine")

    answers = [
        pushed(phone, row(wanted)),
        pushed(phone, row(wanted, new_unit(house, id=unit.sync_id))),
        pushed(phone, row({**wanted, "_deleted": True}, wanted)),
    ]

    gone = {"id": unit.sync_id, "_deleted": True}
    assert answers == [[gone], [gone], []]
    assert Unit.objects.get().label == "2 left"


def test_unknown_table_has_no_address(phone: Phone) -> None:
    assert phone.get("rxdb/drafts/pull").status_code == 404
    assert phone.get("rxdb/__proto__/pull").status_code == 404


def test_checkpoint_of_one_table_is_none_of_another(phone: Phone, house: Building) -> None:
    checkpoint = pulled(phone)["checkpoint"]

    answer = phone.get("rxdb/comments/pull", checkpoint=checkpoint["number"])

    assert (answer.status_code, answer.json()["code"]) == (400, "sync.checkpoint_invalid")
