"""WatermelonDB's stock client on both of its adapters, with a server of production."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, MaintenanceRequest, Member, Unit
from apps.buildings.services import remove_unit, update_unit
from apps.buildings.types import Role
from apps.sync.models import Checkpoint, SyncConflict, Tombstone
from devstack import paths
from tests import house
from tests.factories.buildings import (
    BuildingFactory,
    CommentFactory,
    MemberFactory,
    RequestFactory,
    UnitFactory,
)
from tests.system.node_process import NodeProcess, Refused
from tests.system.sync_phones import WatermelonPhone

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
]

# As WatermelonDB makes them.
UNIT, OTHER = "kUvXk2pQ7nW0aZ3B", "Pq81fG0a2LmX9dTe"


@pytest.fixture
def building(owner: User, teammate: User) -> Building:
    building: Building = BuildingFactory.create(owner__user=owner)
    MemberFactory.create(building=building, user=teammate, role=Role.MANAGER)
    return building


@pytest.fixture
def server(tmp_path: Path, building: Building) -> Iterator[str]:
    with house.web(tmp_path / "web.log", threads=4) as running:
        yield running.base_url


@pytest.fixture(params=["loki", "sqlite"])
def phones(
    request: pytest.FixtureRequest, server: str, tmp_path: Path, owner: User, teammate: User
) -> Iterator[list[WatermelonPhone]]:
    """The phones of two who look after the building."""
    with NodeProcess("watermelon_client.js") as process:
        yield [
            WatermelonPhone(
                process=process,
                device=f"phone-{user.pk}",
                adapter=request.param,
                file=str(tmp_path / f"{user.pk}.db"),
            ).opened(server=server, user=user)
            for user in (owner, teammate)
        ]


def unit_of(building: Building, **values: Any) -> dict[str, Any]:
    """Return the columns of a unit as a phone writes them."""
    return {"building_id": str(building.public_id), "label": "1 left", "notes": "", **values}


def both_have(phones: list[WatermelonPhone], unit_id: str, **values: Any) -> bool:
    """Let both sync, and tell whether each of them has these values, and nothing left to push."""
    for phone in [*phones, *phones]:
        phone.sync()
    rows = [phone.rows("units")[unit_id] for phone in phones]
    are_there = all(values.items() <= row.items() for row in rows)
    return are_there and not any(phone.has_unsynced for phone in phones)


def test_what_one_creates_the_other_pulls(
    phones: list[WatermelonPhone], building: Building
) -> None:
    one, other = phones
    one.do("create", table="units", id=UNIT, values=unit_of(building, floor=2))

    one.sync()
    other.sync()

    assert other.rows("units")[UNIT]["floor"] == 2
    assert other.rows("buildings").keys() == {str(building.public_id)}
    assert other.rows("members").keys() == {str(each.public_id) for each in building.members.all()}
    assert Unit.objects.get().sync_id == UNIT
    # It is told once what the server has added to the row, such as its times.
    one.sync()
    assert one.sync()[-1]["log"]["remoteChangeCount"] == 0


def test_columns_that_two_have_changed_are_merged(
    phones: list[WatermelonPhone], building: Building
) -> None:
    one, other = phones
    unit = UnitFactory.create(building=building, floor=1)
    assert both_have(phones, unit.sync_id, floor=1)

    one.do("edit", table="units", id=unit.sync_id, values={"notes": "The key sticks."})
    other.do("edit", table="units", id=unit.sync_id, values={"floor": 3})
    one.sync()
    [told] = other.sync()

    [merged] = told["log"]["resolvedConflicts"]
    assert (merged["resolved"]["notes"], merged["resolved"]["floor"]) == ("The key sticks.", 3)
    assert both_have(phones, unit.sync_id, notes="The key sticks.", floor=3)


def test_who_is_overtaken_between_pull_and_push_is_refused_and_converges(
    phones: list[WatermelonPhone], building: Building
) -> None:
    one, other = phones
    unit = UnitFactory.create(building=building)
    other.sync()
    other.do("edit", table="units", id=unit.sync_id, values={"floor": 7})

    assert other.do("pull_and_wait") == "pulled"
    update_unit(building_id=building.public_id, unit_id=unit.public_id, notes="Overtaken.")
    with pytest.raises(Refused) as refusal:
        other.do("go_on")

    assert refusal.value.status == 409
    unit.refresh_from_db()
    assert unit.floor == 1, "nothing of the push is taken"
    assert both_have([other, one], unit.sync_id, notes="Overtaken.", floor=7)


def test_what_is_deleted_on_either_side_is_gone_on_all(
    phones: list[WatermelonPhone], building: Building
) -> None:
    one, _ = phones
    here, there, stays = UnitFactory.create_batch(3, building=building)
    for phone in phones:
        phone.sync()

    one.do("remove", table="units", id=here.sync_id)
    remove_unit(building_id=building.public_id, unit_id=there.public_id)

    assert both_have(phones, stays.sync_id)
    assert all(phone.rows("units").keys() == {stays.sync_id} for phone in phones)
    assert list(Unit.objects.all()) == [stays]


def test_full_set_replaces_what_is_stale_and_keeps_what_waits(
    phones: list[WatermelonPhone], building: Building
) -> None:
    """Its checkpoint is no longer kept, nor what was deleted meanwhile."""
    phone, _ = phones
    gone, stays = UnitFactory.create_batch(2, building=building)
    phone.sync()
    phone.do("edit", table="units", id=stays.sync_id, values={"floor": 9})
    phone.do("create", table="units", id=UNIT, values=unit_of(building, label="new"))
    remove_unit(building_id=building.public_id, unit_id=gone.public_id)
    Tombstone.objects.all().delete()
    Checkpoint.objects.all().delete()

    [told] = phone.sync(limit=2)

    assert told["experimentalStrategy"] == "replacement"
    assert phone.rows("units").keys() == {stays.sync_id, UNIT}
    assert set(Unit.objects.values_list("sync_id", "floor")) == {(stays.sync_id, 9), (UNIT, None)}
    assert not phone.has_unsynced


def test_push_whose_answer_is_lost_comes_again_and_is_done_once(
    phones: list[WatermelonPhone], building: Building
) -> None:
    """What was created is there already, and what was deleted is gone."""
    phone, other = phones
    gone, stays = UnitFactory.create_batch(2, building=building)
    phone.sync()
    phone.do("create", table="units", id=UNIT, values=unit_of(building, label="new"))
    phone.do("edit", table="units", id=stays.sync_id, values={"floor": 9})
    phone.do("remove", table="units", id=gone.sync_id)
    phone.do("lose_answer")
    with pytest.raises(Refused, match="lost"):
        phone.sync()
    assert phone.has_unsynced

    [told] = phone.sync()

    assert not told["log"].get("rejectedIds")
    assert set(Unit.objects.values_list("sync_id", "floor")) == {(stays.sync_id, 9), (UNIT, None)}
    assert both_have([phone, other], stays.sync_id, floor=9)
    assert phone.rows("units").keys() == other.rows("units").keys() == {stays.sync_id, UNIT}


def test_edit_of_a_row_that_the_server_never_had_makes_it(
    phones: list[WatermelonPhone], building: Building
) -> None:
    """As after a restore from a backup that is older than the row, and has no tombstone of it."""
    phone, other = phones
    phone.do("create", table="units", id=UNIT, values=unit_of(building, label="new"))
    phone.sync()
    Unit.objects.all().delete()
    Tombstone.objects.all().delete()

    phone.do("edit", table="units", id=UNIT, values={"notes": "The key sticks."})
    phone.sync()

    assert Unit.objects.get().sync_id == UNIT
    assert both_have([phone, other], UNIT, label="new", notes="The key sticks.")


def test_checkpoint_of_another_device_is_refused(
    phones: list[WatermelonPhone], building: Building
) -> None:
    phone, _ = phones
    phone.sync()
    phone.do("rename", to="somebody-elses")

    with pytest.raises(Refused, match="checkpoint") as refusal:
        phone.sync()

    assert refusal.value.status == 400


def test_row_that_is_refused_stays_unsynced_and_blocks_nothing(
    phones: list[WatermelonPhone], building: Building
) -> None:
    phone, _ = phones
    UnitFactory.create(building=building, label="taken")
    phone.sync()
    phone.do("create", table="units", id=UNIT, values=unit_of(building, label="taken"))
    phone.do("create", table="units", id=OTHER, values=unit_of(building, label="free"))

    [told] = phone.sync()

    assert told["log"]["rejectedIds"] == {"units": [UNIT]}
    assert Unit.objects.filter(sync_id=OTHER).exists()
    assert phone.rows("units")[UNIT]["_status"] == "created"
    phone.do("edit", table="units", id=UNIT, values={"label": "another"})
    phone.sync()
    assert not phone.has_unsynced
    assert Unit.objects.get(sync_id=UNIT).label == "another"


def test_pages_come_until_there_is_no_more(
    phones: list[WatermelonPhone], building: Building
) -> None:
    phone, other = phones
    units = UnitFactory.create_batch(11, building=building)
    phone.do("create", table="units", id=UNIT, values=unit_of(building, label="mine"))

    told = phone.sync(limit=3)

    assert len(told) >= 4
    assert phone.rows("units").keys() == {UNIT, *(unit.sync_id for unit in units)}
    for unit in units:
        update_unit(building_id=building.public_id, unit_id=unit.public_id, notes="Painted.")
    assert len(phone.sync(limit=3)) >= 4
    assert both_have(phones, units[0].sync_id, notes="Painted.")
    assert phone.rows("units").keys() == other.rows("units").keys()


def test_newer_version_of_the_app_gets_what_it_had_no_room_for(
    phones: list[WatermelonPhone], building: Building, owner: User, server: str
) -> None:
    phone, _ = phones
    request = RequestFactory.create(building=building, priority="urgent")
    comment = CommentFactory.create(request=request)
    phone.opened(server=server, user=owner, version=1)
    phone.sync()
    assert "priority" not in phone.rows("requests")[request.sync_id]

    phone.do("upgrade", version=2)
    [told] = phone.sync()

    assert told["log"]["migration"]["tables"] == ["comments"]
    assert phone.rows("comments")[comment.sync_id]["text"] == comment.text
    assert phone.rows("requests")[request.sync_id]["priority"] == "urgent"
    MaintenanceRequest.objects.update(priority="low")
    phone.sync()
    assert phone.rows("requests")[request.sync_id]["priority"] == "low"


def test_who_is_no_longer_a_member_has_nothing_of_the_building(
    phones: list[WatermelonPhone], building: Building, teammate: User
) -> None:
    one, other = phones
    UnitFactory.create(building=building)
    RequestFactory.create(building=building)
    for phone in phones:
        phone.sync()

    Member.objects.filter(user=teammate).delete()
    for phone in phones:
        phone.sync()

    assert not any(other.rows(table) for table in ("buildings", "units", "members", "requests"))
    assert all(one.rows(table) for table in ("buildings", "units", "members", "requests"))


def test_sample_loses_no_edit_of_what_others_have_deleted(
    phones: list[WatermelonPhone], building: Building
) -> None:
    """As docs/how-to/sync-with-watermelondb.md has it."""
    phone, _ = phones
    gone, stays = UnitFactory.create_batch(2, building=building)
    assert phone.do("sample", code=_sample()) == []
    for unit in (gone, stays):
        phone.do("edit", table="units", id=unit.sync_id, values={"notes": "The key is in the pot."})
    remove_unit(building_id=building.public_id, unit_id=gone.public_id)

    [kept] = phone.do("sample", code=_sample())

    conflict = SyncConflict.objects.get()
    assert (kept["outcome"], kept["conflict_id"]) == ("conflict", str(conflict.public_id))
    assert (conflict.record_id, conflict.kind) == (gone.sync_id, "edit_deleted")
    assert conflict.mine["notes"] == "The key is in the pot."
    assert phone.rows("units").keys() == {stays.sync_id}
    assert Unit.objects.get().notes == "The key is in the pot."
    assert not phone.has_unsynced


def test_sample_pushes_what_has_gathered_in_parts(
    phones: list[WatermelonPhone], building: Building
) -> None:
    phone, _ = phones
    UnitFactory.create(building=building, label="taken")
    phone.do("sample", code=_sample())
    for number in range(250):
        values = unit_of(building, label=f"Flat {number}")
        phone.do("create", table="units", id=f"unit-{number}", values=values)
    for unit_id in (UNIT, OTHER):
        phone.do("create", table="units", id=unit_id, values=unit_of(building, label="taken"))

    phone.do("sample", code=_sample())

    assert Unit.objects.count() == 251
    states = {row_id: row["_status"] for row_id, row in phone.rows("units").items()}
    assert {row_id for row_id, state in states.items() if state != "synced"} == {UNIT, OTHER}


def _sample() -> str:
    page = paths.ROOT / "docs" / "how-to" / "sync-with-watermelondb.md"
    [code] = re.findall(r"^```js\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    return str(code)
