"""Retention: what is past it is forgotten, and who might miss it is given the full set."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, Member
from apps.buildings.services import add_unit, create_building, remove_member, remove_unit
from apps.buildings.types import Role
from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.sync.models import (
    Checkpoint,
    Epoch,
    Grant,
    PushedOperation,
    SyncConflict,
    SyncState,
    Tombstone,
)
from apps.sync.services import purge, push_changes, retention
from apps.sync.services.retention import Purged
from apps.sync.types import ConflictKind, ConflictState, Operation, Outcome, Strategy
from tests.apps.sync.phones import Phone
from tests.apps.sync.pushes import upsert
from tests.factories.sync import ConflictFactory, OperationFactory

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = timedelta(days=91)
NOTHING = Purged(tombstones=0, grants=0, operations=0, conflicts=0, devices=0)


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

    assert purge() == replace(NOTHING, tombstones=1)
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


def be_idle(phone: Phone) -> None:
    """Let a phone have been here last when retention began."""
    long_ago = clock.now() - LONG_AGO
    states = SyncState.objects.filter(pk=phone.caller.state_id)
    states.update(created_at=long_ago, last_pull_at=long_ago)


def test_device_that_stays_away_is_forgotten_and_given_the_full_set_when_it_returns(
    owner: User, building_id: UUID
) -> None:
    unit_id = add_unit(building_id=building_id, label="2 left")
    phone, other = Phone(owner), Phone(owner, "other")
    phone.pull()
    other.pull()
    grants = Grant.objects.count()
    be_idle(phone)

    assert purge() == replace(NOTHING, devices=1)
    assert not Checkpoint.objects.filter(state_id=phone.caller.state_id).exists()
    assert Grant.objects.count() == grants
    remove_unit(building_id=building_id, unit_id=unit_id)
    back = Phone(owner)
    back.checkpoint, back.tables = phone.checkpoint, phone.tables
    [page] = back.pull()

    assert page.strategy == Strategy.REPLACEMENT
    assert back.ids("units") == set()
    assert back.ids("buildings") == {str(building_id)}
    assert back.caller.state_id > other.caller.state_id
    assert [page.strategy for page in back.pull()] == [Strategy.INCREMENTAL]


def test_row_that_a_forgotten_device_wrote_comes_to_whom_that_is_news(
    owner: User, building_id: UUID
) -> None:
    phone = Phone(owner)
    phone.pull()
    push_changes(phone.caller, [upsert("buildings", "mill", name="Mill", address="Quay 1")])
    SyncState.objects.update(last_push_at=clock.now() - LONG_AGO)
    be_idle(phone)

    assert purge().devices == 1
    back = Phone(owner)
    back.pull()

    assert "mill" in back.ids("buildings")


def test_devices_that_pulled_or_pushed_or_for_which_something_waits_stay(owner: User) -> None:
    pulls, pushes, waits = (Phone(owner, name) for name in ("pulls", "pushes", "waits"))
    for phone in (pulls, pushes, waits):
        be_idle(phone)
    SyncState.objects.filter(pk=pulls.caller.state_id).update(last_pull_at=clock.now())
    SyncState.objects.filter(pk=pushes.caller.state_id).update(last_push_at=clock.now())
    OperationFactory.create(
        state=SyncState.objects.get(installation_id="waits"), outcome=Outcome.QUEUED
    )

    assert purge() == NOTHING


def test_devices_are_forgotten_in_portions_and_what_is_undecided_of_them_stays_so(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 2)
    phones = [Phone(owner, f"phone-{number}") for number in range(5)]
    for phone in phones:
        be_idle(phone)
    ConflictFactory.create(user=owner, state=SyncState.objects.latest("pk"))

    assert purge() == replace(NOTHING, devices=5)
    conflict = SyncConflict.objects.get()
    assert (conflict.state, conflict.settled) == (None, ConflictState.OPEN)


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

    assert purge() == replace(NOTHING, operations=1, conflicts=2)
    assert PushedOperation.objects.get().outcome == Outcome.QUEUED
    assert SyncConflict.objects.get().settled == ConflictState.OPEN
