"""Why a row is on a device, or is not: one test for each thing that may have become of it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.buildings.models import Building, Unit
from apps.buildings.services import add_unit, create_building, remove_unit, update_unit
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from apps.sync import explain as explaining
from apps.sync.explain import Explanation, Fate, explain
from apps.sync.models import Epoch, Grant, SyncState, Tombstone
from apps.sync.ports import tables
from apps.sync.types import Outcome
from tests.apps.sync.phones import Phone
from tests.factories.buildings import MemberFactory
from tests.factories.sync import ConflictFactory, OperationFactory

# Snapshots tell transactions apart, so each step must be one.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(owner: User) -> Building:
    building_id = create_building(owner_id=owner.pk, name="Lighthouse")
    return Building.objects.get(public_id=building_id)


@pytest.fixture
def unit(house: Building) -> Unit:
    return Unit.objects.get(public_id=add_unit(building_id=house.public_id, label="2 left"))


@pytest.fixture
def phone(owner: User) -> Phone:
    return Phone(owner)


def asked(phone: Phone, unit: Unit | str, table: str = "units") -> Explanation:
    record_id = unit if isinstance(unit, str) else unit.sync_id
    return explain(phone.caller.state_id, table, record_id)


def purge_some() -> None:
    Epoch.objects.update_or_create(defaults={"purged_xid": "5", "began_at": now()})


def told(explanation: Explanation) -> str:
    return " ".join(finding.detail for finding in explanation.findings)


def test_row_of_the_last_pull_is_delivered(phone: Phone, unit: Unit) -> None:
    phone.pull()

    explanation = asked(phone, unit)

    assert explanation.fate is Fate.DELIVERED
    assert "which shows this version" in told(explanation)
    assert "Look at the app" in explanation.verdict


def test_row_is_found_by_its_public_id_too(phone: Phone, unit: Unit) -> None:
    phone.pull()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL mainstay.sync_marking = 'on'")
        Unit.objects.update(sync_id="made-by-a-phone1")

    assert asked(phone, str(unit.public_id)).fate is Fate.DELIVERED
    assert asked(phone, "made-by-a-phone1").fate is Fate.DELIVERED


def test_device_that_never_pulled_gets_it_with_the_first_pull(phone: Phone, unit: Unit) -> None:
    explanation = asked(phone, unit)

    assert explanation.fate is Fate.COMING
    assert "never pulled" in told(explanation)


def test_newer_version_comes_with_the_next_pull(phone: Phone, house: Building, unit: Unit) -> None:
    phone.pull()
    update_unit(building_id=house.public_id, unit_id=unit.public_id, label="3 left")

    explanation = asked(phone, unit)

    assert explanation.fate is Fate.COMING
    assert "committed after that" in told(explanation)
    phone.pull()
    assert asked(phone, unit).fate is Fate.DELIVERED


def test_row_of_a_page_to_come_is_on_its_way(phone: Phone, unit: Unit) -> None:
    page = phone.pull_page(row_limit=1)

    explanation = asked(phone, unit)

    assert page.has_more
    assert explanation.fate is Fate.COMING
    assert "amid the pages" in told(explanation)


def test_checkpoint_of_another_history_brings_everything_anew(phone: Phone, unit: Unit) -> None:
    phone.pull()
    Epoch.objects.update_or_create(defaults={"counter": 7, "began_at": now()})

    explanation = asked(phone, unit)

    assert explanation.fate is Fate.COMING
    assert "everything anew" in told(explanation)


def test_what_the_device_wrote_itself_is_not_sent_back(phone: Phone, unit: Unit) -> None:
    phone.pull()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('mainstay.sync_state', %s, true)", [str(phone.caller.state_id)]
        )
        Unit.objects.update(label="3 left")

    assert asked(phone, unit).fate is Fate.ECHO


def test_scope_that_was_taken_says_since_when(house: Building, unit: Unit, teammate: User) -> None:
    member = MemberFactory.create(building=house, user=teammate)
    phone = Phone(teammate)
    phone.pull()
    member.delete()

    explanation = asked(phone, unit)

    ended_at = Grant.objects.get(user=teammate).revoked_at
    assert ended_at is not None
    assert explanation.fate is Fate.OUT_OF_SCOPE
    assert f"Not since {ended_at:%Y-%m-%d %H:%M:%S} UTC" in told(explanation)


def test_scope_that_was_never_given_says_so(unit: Unit, stranger: User) -> None:
    explanation = asked(Phone(stranger), unit)

    assert explanation.fate is Fate.OUT_OF_SCOPE
    assert "never given" in told(explanation)


def test_row_that_moved_away_says_where_to(phone: Phone, unit: Unit, stranger: User) -> None:
    phone.pull()
    elsewhere = create_building(owner_id=stranger.pk, name="Elsewhere")
    Unit.objects.update(building=Building.objects.get(public_id=elsewhere))

    explanation = asked(phone, unit)

    assert explanation.fate is Fate.OUT_OF_SCOPE
    assert "it moved from building:" in told(explanation)


def test_scope_that_was_just_given_comes_whole(house: Building, unit: Unit, teammate: User) -> None:
    phone = Phone(teammate)
    phone.pull()
    MemberFactory.create(building=house, user=teammate)

    explanation = asked(phone, unit)

    assert explanation.fate is Fate.COMING
    assert "comes whole" in told(explanation)


def test_deleted_row_is_told_by_the_next_pull(phone: Phone, house: Building, unit: Unit) -> None:
    phone.pull()
    remove_unit(building_id=house.public_id, unit_id=unit.public_id)

    before = asked(phone, unit)
    phone.pull()
    after = asked(phone, unit)

    assert (before.fate, after.fate) == (Fate.DELETED, Fate.DELETED)
    assert "The next pull tells it" in told(before)
    assert "Yes, by a pull" in told(after)


def test_row_that_the_device_deleted_itself_is_not_told(phone: Phone, unit: Unit) -> None:
    phone.pull()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('mainstay.sync_state', %s, true)", [str(phone.caller.state_id)]
        )
        unit.delete()

    assert "deleted it itself" in told(asked(phone, unit.sync_id))


def test_deletion_in_a_foreign_scope_is_nobodys_business(unit: Unit, stranger: User) -> None:
    sync_id = unit.sync_id
    unit.delete()

    explanation = asked(Phone(stranger), sync_id)

    assert explanation.fate is Fate.DELETED
    assert "does not see" in told(explanation)


def test_row_that_never_was_is_known_while_no_tombstone_was_purged(phone: Phone) -> None:
    assert asked(phone, str(new_id())).fate is Fate.NEVER_EXISTED


def test_row_whose_tombstone_was_purged_is_known_by_what_was_pushed(phone: Phone) -> None:
    purge_some()
    OperationFactory.create(state_id=phone.caller.state_id, table_name="units", record_id="gone")
    ConflictFactory.create(
        state_id=phone.caller.state_id,
        user_id=phone.caller.user_id,
        table="units",
        record_id="lost",
    )

    assert asked(phone, "gone").fate is Fate.PURGED
    assert asked(phone, "lost").fate is Fate.PURGED


def test_row_that_was_refused_says_why(phone: Phone) -> None:
    OperationFactory.create(
        state_id=phone.caller.state_id,
        table_name="units",
        record_id="refused",
        outcome=Outcome.REJECTED,
        result={"reason": "The label is taken."},
    )

    explanation = asked(phone, "refused")

    assert explanation.fate is Fate.REFUSED
    assert "The label is taken." in told(explanation)


def test_after_a_purge_only_young_ids_are_known_never_to_have_been(
    phone: Phone, unit: Unit
) -> None:
    old_id = str(new_id())
    unit.delete()
    purge_some()
    assert Tombstone.objects.exists()

    assert asked(phone, str(new_id())).fate is Fate.NEVER_EXISTED
    assert asked(phone, old_id).fate is Fate.NO_TRACE
    assert asked(phone, str(uuid4())).fate is Fate.NO_TRACE
    assert asked(phone, "made-by-a-phone1").fate is Fate.NO_TRACE


def test_table_that_the_apps_schema_lacks_is_named(
    phone: Phone, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = tables.get("units")
    assert units is not None
    monkeypatch.setitem(tables._entries, "units", replace(units, since=3))

    explanation = asked(phone, unit)

    assert explanation.fate is Fate.SCHEMA_TOO_OLD
    assert "from version 3 on; the device is at 1" in told(explanation)


def test_columns_that_the_apps_schema_lacks_are_named(
    phone: Phone, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = tables.get("units")
    assert units is not None
    columns = tuple(
        replace(each, since=2) if each.name == "notes" else each for each in units.columns
    )
    phone.pull()
    monkeypatch.setitem(tables._entries, "units", replace(units, columns=columns))

    explanation = asked(phone, unit)

    assert explanation.fate is Fate.DELIVERED
    assert "without notes" in told(explanation)


def test_table_that_nobody_syncs_is_no_table(phone: Phone) -> None:
    explanation = asked(phone, "x", table="passwords")

    assert explanation.fate is Fate.NOT_SYNCED
    assert "units" in told(explanation)


def test_open_conflict_over_it_is_told(phone: Phone, unit: Unit) -> None:
    conflict = ConflictFactory.create(
        state=SyncState.objects.get(),
        user_id=phone.caller.user_id,
        table="units",
        record_id=unit.sync_id,
    )

    assert str(conflict.public_id) in told(asked(phone, unit))


def test_every_fate_has_its_sentence() -> None:
    assert set(explaining._VERDICTS) == set(Fate)


def test_device_that_never_synced_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        explain(1, "units", "x")
