"""Retention: what is past it is forgotten, and who might miss it is given the full set."""

from datetime import timedelta
from uuid import UUID

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, Member
from apps.buildings.services import add_unit, create_building, remove_member, remove_unit
from apps.buildings.types import Role
from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.sync.models import Epoch, Grant, PushedOperation, SyncConflict, Tombstone
from apps.sync.services import purge, retention
from apps.sync.services.retention import Purged
from apps.sync.types import ConflictKind, ConflictState, Operation, Outcome, Strategy
from tests.apps.sync.phones import Phone

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = timedelta(days=91)
NOTHING = Purged(tombstones=0, grants=0, operations=0, conflicts=0)


@pytest.fixture
def building_id(owner: User) -> UUID:
    """The owner's building."""
    return create_building(owner_id=owner.pk, name="Harbour House")


def test_what_is_within_retention_stays(owner: User, building_id: UUID) -> None:
    remove_unit(building_id=building_id, unit_id=add_unit(building_id=building_id, label="2 left"))

    assert purge() == NOTHING
    assert Tombstone.objects.count() == 1
    assert not Epoch.objects.filter(purged_xid__isnull=False).exclude(purged_xid="0").exists()


def test_device_that_may_miss_a_tombstone_is_given_the_full_set(
    owner: User, building_id: UUID
) -> None:
    away, here = Phone(owner, "away"), Phone(owner, "here")
    unit_id = add_unit(building_id=building_id, label="2 left")
    away.pull()
    remove_unit(building_id=building_id, unit_id=unit_id)
    here.pull()
    Tombstone.objects.update(buried_at=clock.now() - LONG_AGO)

    assert purge() == Purged(tombstones=1, grants=0, operations=0, conflicts=0)
    [page_of_away] = away.pull()
    [page_of_here] = here.pull()

    assert page_of_away.strategy == Strategy.REPLACEMENT
    assert away.ids("units") == set()
    assert page_of_here.strategy == Strategy.INCREMENTAL


def test_device_that_may_miss_the_end_of_its_access_is_given_the_full_set(
    teammate: User, building_id: UUID
) -> None:
    building = Building.objects.get(public_id=building_id)
    Member.objects.create(building=building, user=teammate, role=Role.RESIDENT)
    phone = Phone(teammate)
    phone.pull()
    remove_member(building_id=building_id, member_id=teammate.public_id)
    Grant.objects.filter(user=teammate).update(revoked_at=clock.now() - LONG_AGO)

    assert purge().grants == 1
    [page] = phone.pull()

    assert page.strategy == Strategy.REPLACEMENT
    assert not any(phone.tables.values())
    assert Grant.objects.count() == 1


def test_all_is_forgotten_in_portions(building_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 2)
    for number in range(5):
        unit_id = add_unit(building_id=building_id, label=f"unit {number}")
        remove_unit(building_id=building_id, unit_id=unit_id)
    last = max(int(tombstone.xid) for tombstone in Tombstone.objects.all())
    Tombstone.objects.update(buried_at=clock.now() - LONG_AGO)

    assert purge().tombstones == 5

    assert not Tombstone.objects.exists()
    assert int(Epoch.objects.get().purged_xid) == last
    assert purge() == NOTHING


def test_answers_and_settled_conflicts_go_but_nothing_that_waits(owner: User) -> None:
    state_id = Phone(owner).caller.state_id
    for outcome in (Outcome.APPLIED, Outcome.QUEUED):
        PushedOperation.objects.create(
            state_id=state_id,
            op_id=new_id(),
            table_name="units",
            record_id="a",
            operation=Operation.UPSERT,
            outcome=outcome,
            result={},
        )
    for settled in ConflictState:
        SyncConflict.objects.create(
            state_id=state_id,
            user=owner,
            table="units",
            record_id=settled,
            kind=ConflictKind.EDIT_EDIT,
            settled=settled,
            mine={},
        )
    PushedOperation.objects.update(created_at=clock.now() - LONG_AGO)
    SyncConflict.objects.update(updated_at=clock.now() - LONG_AGO)

    assert purge() == Purged(tombstones=0, grants=0, operations=1, conflicts=2)
    assert PushedOperation.objects.get().outcome == Outcome.QUEUED
    assert SyncConflict.objects.get().settled == ConflictState.OPEN
