"""What triggers write: each change stamped, each row that is gone buried, each grant kept."""

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.accounts.services import update_user
from apps.buildings.models import Building, Comment, MaintenanceRequest, Member, Unit
from apps.buildings.services import (
    add_comment,
    add_unit,
    create_building,
    delete_building,
    open_request,
    remove_unit,
    update_unit,
)
from apps.buildings.types import Role
from apps.sync.models import Grant, Tombstone
from apps.sync.ports import Column, StampRows, SyncedTable, tables

pytestmark = pytest.mark.django_db(transaction=True)


def test_new_row_has_its_scope_its_id_and_the_transaction(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    unit_id = add_unit(building_id=building_id, label="2 left")

    unit = Unit.objects.get(public_id=unit_id)

    assert unit.sync_scope == f"building:{building_id}"
    assert unit.sync_id == str(unit_id)
    assert unit.sync_revision == 1
    assert int(unit.sync_xid) > 0
    revision, clock = unit.sync_fields[""]
    assert (revision, clock > 0) == (1, True)


def test_rows_older_than_the_triggers_are_stamped_as_new_ones() -> None:
    """A migration finds rows whose columns were added a moment ago, all with the same values."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE tests_older (id bigserial PRIMARY KEY, label text,"
            " public_id uuid DEFAULT gen_random_uuid(), sync_id text DEFAULT '',"
            " sync_scope text DEFAULT '', sync_xid xid8 DEFAULT '0',"
            " sync_revision bigint DEFAULT 1, sync_state_id bigint, sync_fields jsonb DEFAULT '{}')"
        )
        cursor.execute("INSERT INTO tests_older (label) VALUES ('1 left'), ('2 left')")

        cursor.execute(str(StampRows("tests_older", scope="'house:7'", fields=("label",)).sql))

        cursor.execute(
            "SELECT sync_id = public_id::text, sync_xid = pg_current_xact_id(), sync_scope,"
            " sync_revision, (sync_fields -> '' -> 0)::int FROM tests_older"
        )
        assert cursor.fetchall() == [(True, True, "house:7", 1, 1)] * 2
        assert not Tombstone.objects.exists(), "they were in no other scope before"
        transaction.set_rollback(True)


def test_change_says_which_column_changed(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    unit_id = add_unit(building_id=building_id, label="2 left")

    update_unit(building_id=building_id, unit_id=unit_id, label="3 left")

    unit = Unit.objects.get(public_id=unit_id)
    assert unit.sync_revision == 2
    assert unit.sync_fields["label"][0] == 2
    assert "notes" not in unit.sync_fields


def test_bulk_update_and_raw_sql_are_stamped(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    unit = Unit.objects.get(public_id=add_unit(building_id=building_id, label="2 left"))

    Unit.objects.update(floor=4)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE buildings_unit SET notes = 'wet'")

    again = Unit.objects.get()
    assert again.sync_revision == unit.sync_revision + 2
    assert int(again.sync_xid) > int(unit.sync_xid)
    assert (again.sync_fields["floor"][0], again.sync_fields["notes"][0]) == (2, 3)


def test_everything_of_a_deleted_building_is_buried(owner: User, teammate: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    building = Building.objects.get(public_id=building_id)
    Member.objects.create(building=building, user=teammate, role=Role.RESIDENT)
    add_unit(building_id=building_id, label="2 left")
    request_id = open_request(building_id=building_id, author_id=owner.pk, title="Lift")
    add_comment(building_id=building_id, request_id=request_id, author_id=owner.pk, text="Yes")

    delete_building(building_id=building_id)

    scope = f"building:{building_id}"
    buried = Tombstone.objects.filter(scope=scope, has_moved=False)
    assert sorted(buried.values_list("table_name", flat=True)) == [
        "buildings_building",
        "buildings_comment",
        "buildings_maintenancerequest",
        "buildings_member",
        "buildings_member",
        "buildings_unit",
    ]
    grants = Grant.objects.filter(scope=scope)
    assert {grant.user_id for grant in grants} == {owner.pk, teammate.pk}
    assert all(grant.revoked_at is not None for grant in grants)


def test_rows_that_move_leave_a_tombstone_and_take_their_children_along(owner: User) -> None:
    old = create_building(owner_id=owner.pk, name="Harbour House")
    new = Building.objects.get(public_id=create_building(owner_id=owner.pk, name="Mill"))
    request_id = open_request(building_id=old, author_id=owner.pk, title="Lift")
    add_comment(building_id=old, request_id=request_id, author_id=owner.pk, text="Yes")

    MaintenanceRequest.objects.update(building=new)

    request = MaintenanceRequest.objects.get()
    comment = request.comments.get()
    assert request.sync_scope == comment.sync_scope == f"building:{new.public_id}"
    assert set(Tombstone.objects.values_list("record_id", "scope", "has_moved")) == {
        (request.sync_id, f"building:{old}", True),
        (comment.sync_id, f"building:{old}", True),
    }


def test_device_and_clock_of_a_push_are_those_of_its_transaction_alone(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    unit_id = add_unit(building_id=building_id, label="2 left")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('mainstay.sync_state', '17', true)")
        cursor.execute("SELECT set_config('mainstay.sync_clock', '4711', true)")
        update_unit(building_id=building_id, unit_id=unit_id, label="3 left")
    pushed = Unit.objects.get()

    update_unit(building_id=building_id, unit_id=unit_id, label="4 left")

    assert (pushed.sync_state_id, pushed.sync_fields["label"][1]) == (17, 4711)
    assert Unit.objects.get().sync_state_id is None


def test_renamed_person_touches_every_row_that_shows_the_name_and_no_other(
    owner: User, teammate: User
) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    building = Building.objects.get(public_id=building_id)
    Member.objects.create(building=building, user=teammate, role=Role.RESIDENT)
    request_id = open_request(building_id=building_id, author_id=owner.pk, title="Lift")
    for author in (owner, teammate):
        add_comment(building_id=building_id, request_id=request_id, author_id=author.pk, text="Yes")

    update_user(user_id=teammate.pk, name="Somebody Else")

    comments = {comment.author_id: comment for comment in Comment.objects.all()}
    members = {member.user_id: member for member in Member.objects.all()}
    assert comments[teammate.pk].sync_fields["author_name"][0] == 2
    assert members[teammate.pk].sync_fields["name"][0] == 2
    others = (comments[owner.pk], members[owner.pk], MaintenanceRequest.objects.get())
    assert {row.sync_revision for row in others} == {1}


def test_what_else_is_told_of_a_person_touches_no_row(owner: User) -> None:
    create_building(owner_id=owner.pk, name="Harbour House")

    update_user(user_id=owner.pk, name=owner.name, locale="de")

    assert Member.objects.get().sync_revision == 1


@pytest.mark.parametrize(
    ("table", "column"),
    [
        pytest.param(table, column, id=f"{table.name}.{column.name}")
        for table in tables
        for column in table.columns
        # What never changes needs no stamp.
        if column.is_borrowed and not column.path.endswith("__public_id")
    ],
)
def test_every_column_that_shows_another_table_is_stamped_with_it(
    table: SyncedTable, column: Column
) -> None:
    reference, shown = column.path.split("__")
    lender = table.model._meta.get_field(reference).related_model
    assert lender is not None

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(t.oid) || prosrc FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = tgfoid WHERE tgrelid = %s::regclass",
            [lender._meta.db_table],
        )
        triggers = [definition for [definition] in cursor.fetchall()]

    assert any(
        f"(old.{shown})" in definition
        and f"'mainstay.sync_borrowed', '{column.name}'" in definition
        and f"UPDATE {table.model._meta.db_table} " in definition
        for definition in triggers
    )


def test_removed_unit_touches_the_requests_that_named_it(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    unit_id = add_unit(building_id=building_id, label="2 left")
    open_request(building_id=building_id, author_id=owner.pk, title="Tap", unit_id=unit_id)

    remove_unit(building_id=building_id, unit_id=unit_id)

    request = MaintenanceRequest.objects.get()
    assert (request.sync_revision, request.sync_fields["unit_id"][0]) == (2, 2)
