"""Pulling: what changed since the checkpoint and nothing else, page by page, scope by scope."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.accounts.services import update_user
from apps.buildings.models import Building, MaintenanceRequest, Member, Unit
from apps.buildings.services import (
    add_comment,
    add_unit,
    create_building,
    delete_building,
    open_request,
    remove_member,
    remove_unit,
    update_unit,
)
from apps.buildings.types import Role
from apps.kernel import clock
from apps.sync.errors import CheckpointInvalid, RestampNeeded, UnknownColumn, UnknownTable
from apps.sync.models import Checkpoint, Epoch, SyncState, Tombstone
from apps.sync.services import pull_changes
from apps.sync.types import Migration, Strategy
from tests.apps.sync.phones import Phone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def building_id(owner: User) -> UUID:
    """The owner's building."""
    return create_building(owner_id=owner.pk, name="Harbour House", address="1 Harbour Road")


@pytest.fixture
def phone(owner: User) -> Phone:
    """The owner's phone, which has nothing yet."""
    return Phone(owner)


def begin_epoch(**what: int) -> None:
    """Write the only row of epochs, which tests that empty all tables take along."""
    Epoch.objects.update_or_create(defaults={"began_at": clock.now(), "cluster": cluster(), **what})


def cluster() -> int:
    """Return the system identifier of the tests' server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier FROM pg_control_system()")
        return int(cursor.fetchone()[0])


def milliseconds(moment: datetime) -> int:
    """Return a moment as clients have it."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_first_pull_brings_all_that_the_user_sees(
    phone: Phone, owner: User, building_id: UUID
) -> None:
    unit_id = add_unit(building_id=building_id, label="2 left", floor=2)
    request_id = open_request(
        building_id=building_id, author_id=owner.pk, title="Lift", unit_id=unit_id
    )
    add_comment(building_id=building_id, request_id=request_id, author_id=owner.pk, text="Yes")

    [page] = phone.pull()

    assert (page.strategy, page.has_more) == (Strategy.INCREMENTAL, False)
    assert [table.name for table in page.tables] == [
        *("buildings", "members", "units", "requests", "comments")
    ]
    [request] = phone.tables["requests"].values()
    row = MaintenanceRequest.objects.get()
    assert request == {
        "id": str(request_id),
        "building_id": str(building_id),
        "unit_id": str(unit_id),
        "title": "Lift",
        "description": "",
        "status": "open",
        "priority": "normal",
        "author_id": str(owner.public_id),
        "author_name": "Olga Owner",
        "created_at": milliseconds(row.created_at),
        "updated_at": milliseconds(row.updated_at),
    }
    [member] = phone.tables["members"].values()
    assert (member["name"], member["role"]) == ("Olga Owner", "owner")
    assert len(phone.tables["comments"]) == 1


def test_stranger_pulls_nothing_and_still_gets_a_checkpoint(
    stranger: User, building_id: UUID
) -> None:
    phone = Phone(stranger)

    [page] = phone.pull()

    assert phone.tables == {name: {} for name in phone.tables}
    assert page.checkpoint > 0


def test_next_pull_brings_what_changed_and_nothing_else(phone: Phone, building_id: UUID) -> None:
    changed = add_unit(building_id=building_id, label="2 left")
    removed = add_unit(building_id=building_id, label="3 left")
    add_unit(building_id=building_id, label="4 left")
    phone.pull()
    update_unit(building_id=building_id, unit_id=changed, label="2 right")
    remove_unit(building_id=building_id, unit_id=removed)
    made = add_unit(building_id=building_id, label="5 left")

    [page] = phone.pull(with_revisions=True)

    [units] = [table for table in page.tables if table.rows or table.deleted]
    assert units.name == "units"
    assert {phone.tables["units"][key]["_revision"] for key in (str(changed), str(made))} == {1, 2}
    assert len(units.rows) == 2
    assert units.deleted == [str(removed)]


def test_with_nothing_changed_the_same_number_comes_back_and_none_is_written(
    phone: Phone, building_id: UUID
) -> None:
    phone.pull()
    before = phone.checkpoint
    state = SyncState.objects.get()

    phone.pull()

    assert phone.checkpoint == before
    assert Checkpoint.objects.count() == 1
    assert SyncState.objects.get().updated_at == state.updated_at


def test_old_checkpoint_is_written_anew_although_nothing_changed(
    phone: Phone, building_id: UUID
) -> None:
    phone.pull()
    before = phone.checkpoint
    made_at = Checkpoint.objects.get().made_at - timedelta(hours=2)
    Checkpoint.objects.update(made_at=made_at)

    phone.pull()

    assert phone.checkpoint != before


def test_transaction_that_commits_late_is_not_missed_and_not_waited_for(
    phone: Phone, building_id: UUID
) -> None:
    early = Unit.objects.get(public_id=add_unit(building_id=building_id, label="2 left"))
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("UPDATE buildings_unit SET notes = 'wet' WHERE id = %s", [early.pk])
    late = add_unit(building_id=building_id, label="3 left")

    phone.pull()
    assert phone.ids("units") == {str(early.public_id), str(late)}
    assert phone.tables["units"][str(early.public_id)]["notes"] == ""
    other.commit()
    other.close()
    phone.pull()

    assert phone.tables["units"][str(early.public_id)]["notes"] == "wet"
    assert phone.sent["units", str(late)] == 1


def test_pages_hold_no_more_rows_than_asked_and_all_of_them_once(
    phone: Phone, building_id: UUID
) -> None:
    units = {str(add_unit(building_id=building_id, label=f"unit {n}")) for n in range(7)}

    pages = phone.pull(row_limit=2)

    assert [sum(len(table.rows) for table in page.tables) for page in pages] == [2, 2, 2, 2, 1]
    assert phone.ids("units") == units
    assert set(phone.sent.values()) == {1}


def test_page_holds_a_row_at_least(phone: Phone, building_id: UUID) -> None:
    pages = phone.pull(row_limit=0)

    assert [sum(len(table.rows) for table in page.tables) for page in pages] == [1, 1]


def test_pages_hold_no_more_bytes_than_asked_but_at_least_one_row(
    phone: Phone, building_id: UUID
) -> None:
    for number in range(4):
        add_unit(building_id=building_id, label=f"unit {number}", notes="x" * 1000)

    pages = phone.pull(byte_limit=3000)

    sizes = [sum(len(row) for table in page.tables for row in table.rows) for page in pages]
    assert max(sizes) <= 3000
    assert set(phone.sent.values()) == {1}
    assert len(Phone(User.objects.get(), "another").pull(byte_limit=1)) == 6


def test_what_changes_between_two_pages_comes_once_with_the_next_pull(
    phone: Phone, building_id: UUID
) -> None:
    units = [add_unit(building_id=building_id, label=f"unit {n}") for n in range(6)]
    phone.pull_page(row_limit=4)

    update_unit(building_id=building_id, unit_id=units[0], notes="seen, and changed")
    update_unit(building_id=building_id, unit_id=units[5], notes="not seen, and changed")
    remove_unit(building_id=building_id, unit_id=units[4])
    phone.pull(row_limit=4)
    phone.pull(row_limit=4)

    assert phone.ids("units") == {str(unit) for unit in [*units[:4], units[5]]}
    assert phone.tables["units"][str(units[5])]["notes"] == "not seen, and changed"
    assert phone.tables["units"][str(units[0])]["notes"] == "seen, and changed"
    assert phone.sent["units", str(units[5])] == 1


def test_granted_scope_comes_whole_and_revoked_one_goes_whole(
    teammate: User, building_id: UUID
) -> None:
    phone = Phone(teammate)
    add_unit(building_id=building_id, label="2 left")
    phone.pull()
    building = Building.objects.get(public_id=building_id)

    Member.objects.create(building=building, user=teammate, role=Role.RESIDENT)
    phone.pull()
    seen = {table: phone.ids(table) for table in phone.tables}
    remove_member(building_id=building_id, member_id=teammate.public_id)
    add_unit(building_id=building_id, label="not for the one who left")
    [page] = phone.pull()

    assert {table: len(ids) for table, ids in seen.items()} == {
        "buildings": 1,
        "members": 2,
        "units": 1,
        "requests": 0,
        "comments": 0,
    }
    assert not any(phone.tables.values())
    assert not any(table.rows for table in page.tables)


def test_scope_that_was_revoked_and_granted_again_meanwhile_is_only_brought_up_to_date(
    teammate: User, building_id: UUID
) -> None:
    unit_id = add_unit(building_id=building_id, label="2 left")
    building = Building.objects.get(public_id=building_id)
    Member.objects.create(building=building, user=teammate, role=Role.RESIDENT)
    phone = Phone(teammate)
    phone.pull()

    remove_member(building_id=building_id, member_id=teammate.public_id)
    Member.objects.create(building=building, user=teammate, role=Role.RESIDENT)
    phone.pull()

    assert phone.ids("units") == {str(unit_id)}
    assert phone.sent["units", str(unit_id)] == 1
    assert len(phone.ids("members")) == 2


def test_revoked_scope_goes_in_pages_although_its_rows_go_meanwhile(
    teammate: User, building_id: UUID
) -> None:
    units = [add_unit(building_id=building_id, label=f"unit {n}") for n in range(6)]
    building = Building.objects.get(public_id=building_id)
    Member.objects.create(building=building, user=teammate, role=Role.RESIDENT)
    phone = Phone(teammate)
    phone.pull()
    remove_member(building_id=building_id, member_id=teammate.public_id)

    phone.pull_page(row_limit=3)
    for unit_id in units:
        remove_unit(building_id=building_id, unit_id=unit_id)
    delete_building(building_id=building_id)
    phone.pull(row_limit=3)

    assert not any(phone.tables.values())


def test_scope_that_is_revoked_between_two_pages_leads_to_the_full_set(
    teammate: User, building_id: UUID
) -> None:
    for number in range(6):
        add_unit(building_id=building_id, label=f"unit {number}")
    building = Building.objects.get(public_id=building_id)
    Member.objects.create(building=building, user=teammate, role=Role.RESIDENT)
    phone = Phone(teammate)
    phone.pull_page(row_limit=4)
    remove_member(building_id=building_id, member_id=teammate.public_id)

    pages = phone.pull(row_limit=4)

    assert {page.strategy for page in pages} == {Strategy.REPLACEMENT}
    assert not any(phone.tables.values())
    assert SyncState.objects.get().replaced_because == "A scope was revoked between two pages."


def test_row_that_moves_between_two_scopes_of_the_user_is_never_gone(
    phone: Phone, owner: User, building_id: UUID
) -> None:
    request_id = str(open_request(building_id=building_id, author_id=owner.pk, title="Lift"))
    other = create_building(owner_id=owner.pk, name="Mill")
    phone.pull()

    MaintenanceRequest.objects.update(building=Building.objects.get(public_id=other))
    phone.pull()

    assert phone.tables["requests"][request_id]["building_id"] == str(other)
    assert ("requests", request_id) not in phone.gone


def test_row_that_moves_out_of_the_users_scopes_is_gone_there_and_comes_where_it_goes(
    phone: Phone, owner: User, stranger: User, building_id: UUID
) -> None:
    request_id = str(open_request(building_id=building_id, author_id=owner.pk, title="Lift"))
    elsewhere = create_building(owner_id=stranger.pk, name="Mill")
    strangers = Phone(stranger)
    phone.pull()
    strangers.pull()

    MaintenanceRequest.objects.update(building=Building.objects.get(public_id=elsewhere))
    phone.pull()
    strangers.pull()

    assert phone.ids("requests") == set()
    assert strangers.ids("requests") == {request_id}


def test_device_is_not_sent_what_it_wrote_itself(
    phone: Phone, owner: User, building_id: UUID
) -> None:
    unit_id = add_unit(building_id=building_id, label="2 left")
    tablet = Phone(owner, "tablet")
    phone.pull()
    tablet.pull()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('mainstay.sync_state', %s, true)", [str(phone.caller.state_id)]
        )
        update_unit(building_id=building_id, unit_id=unit_id, label="2 right")

    phone.pull()
    tablet.pull()

    assert phone.sent["units", str(unit_id)] == 1
    assert tablet.tables["units"][str(unit_id)]["label"] == "2 right"


def test_new_installation_is_sent_what_it_is_said_to_have_written(
    phone: Phone, building_id: UUID
) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('mainstay.sync_state', %s, true)", [str(phone.caller.state_id)]
        )
        unit_id = add_unit(building_id=building_id, label="2 left")

    phone.pull()

    assert phone.ids("units") == {str(unit_id)}


@pytest.mark.parametrize("wrong", [0, -1, 1, 2**53, 2**200])
def test_number_that_was_never_given_is_refused(phone: Phone, wrong: int) -> None:
    phone.checkpoint = wrong

    with pytest.raises(CheckpointInvalid):
        phone.pull()


def test_checkpoint_of_another_device_is_refused(phone: Phone, stranger: User) -> None:
    phone.pull()
    other = Phone(stranger)
    other.checkpoint = phone.checkpoint

    with pytest.raises(CheckpointInvalid):
        other.pull()


def test_checkpoint_that_is_no_longer_kept_leads_to_the_full_set(
    phone: Phone, building_id: UUID
) -> None:
    gone = add_unit(building_id=building_id, label="2 left")
    phone.pull()
    first = phone.checkpoint
    remove_unit(building_id=building_id, unit_id=gone)
    for number in range(8):
        add_unit(building_id=building_id, label=f"unit {number}")
        Phone.pull(phone)
    assert Checkpoint.objects.count() == 5
    phone.checkpoint = first
    phone.tables["units"][str(gone)] = {}

    [page] = phone.pull()

    assert page.strategy == Strategy.REPLACEMENT
    assert len(phone.ids("units")) == 8


def test_answers_may_be_lost_any_number_of_times(phone: Phone, building_id: UUID) -> None:
    phone.pull()
    first = phone.checkpoint
    for number in range(8):
        add_unit(building_id=building_id, label=f"unit {number}")
        phone.checkpoint = first
        [page] = phone.pull()
        assert page.strategy == Strategy.INCREMENTAL

    assert len(phone.ids("units")) == 8


def test_another_history_leads_to_the_full_set(phone: Phone, building_id: UUID) -> None:
    unit_id = add_unit(building_id=building_id, label="2 left")
    phone.pull()
    remove_unit(building_id=building_id, unit_id=unit_id)
    Tombstone.objects.all().delete()
    begin_epoch(counter=2)

    [page] = phone.pull()

    assert page.strategy == Strategy.REPLACEMENT
    assert phone.ids("units") == set()
    assert len(phone.ids("buildings")) == 1
    [page] = phone.pull()
    assert page.strategy == Strategy.INCREMENTAL


def test_stamps_of_another_cluster_are_not_read(phone: Phone) -> None:
    begin_epoch(cluster=1)

    with pytest.raises(RestampNeeded):
        phone.pull()


def test_table_and_column_that_are_new_to_a_client_come_whole(
    phone: Phone, building_id: UUID
) -> None:
    low = add_unit(building_id=building_id, label="0 left", floor=0)
    high = add_unit(building_id=building_id, label="9 left", floor=9)
    phone.pull()

    [page] = phone.pull(
        migration=Migration(
            from_version=1, tables=("members",), columns={"units": ("floor",), "requests": ()}
        )
    )

    found = {table.name: len(table.rows) for table in page.tables}
    assert found == {"buildings": 0, "members": 1, "units": 1, "requests": 0, "comments": 0}
    assert phone.sent["units", str(high)] == 2
    assert phone.sent["units", str(low)] == 1


def test_names_that_are_not_synced_are_refused(phone: Phone) -> None:
    with pytest.raises(UnknownTable):
        phone.pull(migration=Migration(from_version=1, tables=("accounts_user",)))
    with pytest.raises(UnknownColumn):
        phone.pull(migration=Migration(from_version=1, columns={"units": ("public_id",)}))
    with pytest.raises(UnknownTable):
        phone.pull(only=("sync_epoch",))


def test_client_that_pulls_table_by_table_has_a_checkpoint_for_each(
    phone: Phone, building_id: UUID
) -> None:
    units = pull_changes(phone.caller, checkpoint=None, only=("units",))
    for number in range(8):
        add_unit(building_id=building_id, label=f"unit {number}")
        members = pull_changes(phone.caller, checkpoint=None, only=("members",))

    again = pull_changes(phone.caller, checkpoint=units.checkpoint, only=("units",))

    assert again.strategy == Strategy.INCREMENTAL
    assert len(again.tables[0].rows) == 8
    with pytest.raises(CheckpointInvalid):
        pull_changes(phone.caller, checkpoint=members.checkpoint, only=("units",))


def test_new_name_of_a_person_reaches_every_phone_that_shows_it(
    owner: User, teammate: User, building_id: UUID
) -> None:
    Member.objects.create(
        building=Building.objects.get(public_id=building_id), user=teammate, role=Role.RESIDENT
    )
    request_id = open_request(building_id=building_id, author_id=teammate.pk, title="Lift")
    add_comment(building_id=building_id, request_id=request_id, author_id=teammate.pk, text="Stuck")
    phone = Phone(owner)
    phone.pull()

    update_user(user_id=teammate.pk, name="Somebody Else")
    phone.pull()

    (asked,) = phone.tables["requests"].values()
    (comment,) = phone.tables["comments"].values()
    assert asked["author_name"] == comment["author_name"] == "Somebody Else"
    names = {member["name"] for member in phone.tables["members"].values()}
    assert names == {owner.name, "Somebody Else"}
    (page,) = phone.pull()
    assert not any(table.rows for table in page.tables)
