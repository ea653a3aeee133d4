"""RxDB's replication over plain HTTP, as its documentation has it, with a server of production."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, Unit
from apps.buildings.services import update_unit
from apps.buildings.types import Role
from tests import house
from tests.factories.buildings import BuildingFactory, MemberFactory, UnitFactory
from tests.system.node_process import NodeProcess
from tests.system.sync_phones import RxdbPhone

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
]

UNIT = "rx-unit-1"


@pytest.fixture
def building(owner: User, teammate: User) -> Building:
    building: Building = BuildingFactory.create(owner__user=owner)
    MemberFactory.create(building=building, user=teammate, role=Role.MANAGER)
    return building


@pytest.fixture
def phones(
    building: Building, tmp_path: Path, owner: User, teammate: User
) -> Iterator[list[RxdbPhone]]:
    """The phones of two who look after the building."""
    with (
        house.web(tmp_path / "web.log", threads=4) as server,
        NodeProcess("rxdb_client.js") as process,
    ):
        yield [
            RxdbPhone(process=process, device=f"phone-{user.pk}").opened(
                server=server.base_url, user=user
            )
            for user in (owner, teammate)
        ]


def replicate(*phones: RxdbPhone) -> list[int]:
    """Let each replicate; return how many conflicts each has met."""
    return [phone.do("replicate")["conflicts"] for phone in phones]


def test_document_that_one_inserts_comes_to_the_other(
    phones: list[RxdbPhone], building: Building
) -> None:
    one, other = phones
    document = {"id": UNIT, "building_id": str(building.public_id), "label": "1 left", "notes": ""}
    one.do("insert", document=document)

    assert replicate(one, other) == [0, 0]

    assert other.documents()[UNIT]["label"] == "1 left"
    assert Unit.objects.get().sync_id == UNIT


def test_fields_that_two_have_changed_are_merged(
    phones: list[RxdbPhone], building: Building
) -> None:
    one, other = phones
    unit = UnitFactory.create(building=building)
    replicate(one, other)

    one.do("patch", id=unit.sync_id, values={"notes": "The key sticks."})
    other.do("patch", id=unit.sync_id, values={"floor": 3})
    replicate(one, other, one, other)

    for phone in phones:
        document = phone.documents()[unit.sync_id]
        assert (document["notes"], document["floor"]) == ("The key sticks.", 3)
    unit.refresh_from_db()
    assert (unit.notes, unit.floor) == ("The key sticks.", 3)


def test_push_that_rests_on_an_old_state_is_a_conflict(
    phones: list[RxdbPhone], building: Building
) -> None:
    """RxDB pushes before it has pulled, and the handler of conflicts merges."""
    phone, _ = phones
    unit = UnitFactory.create(building=building)
    replicate(phone)
    phone.do("patch", id=unit.sync_id, values={"floor": 5})
    update_unit(building_id=building.public_id, unit_id=unit.public_id, notes="Meanwhile.")

    replicate(phone, phone)

    unit.refresh_from_db()
    assert (unit.notes, unit.floor) == ("Meanwhile.", 5)
    assert phone.documents()[unit.sync_id]["notes"] == "Meanwhile."


def test_what_is_deleted_on_either_side_is_gone_on_all(
    phones: list[RxdbPhone], building: Building
) -> None:
    one, other = phones
    here, there, stays = UnitFactory.create_batch(3, building=building)
    replicate(one, other)

    one.do("remove", id=here.sync_id)
    there.delete()
    replicate(one, other, one)

    assert all(phone.documents().keys() == {stays.sync_id} for phone in phones)
    assert list(Unit.objects.all()) == [stays]


def test_batches_come_until_there_is_no_more(phones: list[RxdbPhone], building: Building) -> None:
    phone, _ = phones
    units = UnitFactory.create_batch(230, building=building)

    replicate(phone)

    assert phone.documents().keys() == {unit.sync_id for unit in units}
