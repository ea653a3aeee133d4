"""The reading door: what a device has seen, and rows as clients see them."""

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.buildings.services import add_unit, create_building
from apps.sync.errors import CheckpointInvalid
from apps.sync.models import Checkpoint
from apps.sync.ports import SyncedTable, tables
from apps.sync.selectors import records, snapshot_of, visible_ids
from tests.apps.sync.phones import Phone

pytestmark = pytest.mark.django_db(transaction=True)


def table_of(name: str) -> SyncedTable:
    """Return a synced table."""
    table = tables.get(name)
    assert table is not None
    return table


def test_snapshot_is_what_the_device_has_seen_for_certain(owner: User) -> None:
    create_building(owner_id=owner.pk, name="Harbour House")
    phone = Phone(owner)

    first = phone.pull_page(row_limit=1)
    last = phone.pull_page(row_limit=1)

    assert (first.has_more, last.has_more) == (True, False)
    assert snapshot_of(phone.caller, first.checkpoint) == "1:1:"
    assert snapshot_of(phone.caller, last.checkpoint) == Checkpoint.objects.first().snapshot  # type: ignore[union-attr]  # there are two


def test_snapshot_that_is_no_longer_kept_is_empty_and_a_foreign_one_refused(
    owner: User, stranger: User
) -> None:
    phone = Phone(owner)
    [page] = phone.pull()
    Checkpoint.objects.all().delete()

    assert snapshot_of(phone.caller, page.checkpoint) == ""
    with pytest.raises(CheckpointInvalid):
        snapshot_of(Phone(stranger).caller, page.checkpoint)


def test_records_are_as_a_pull_shows_them_whoever_sees_them(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    unit_id = str(add_unit(building_id=building_id, label="2 left"))
    phone = Phone(owner)
    phone.pull()

    found = records(table_of("units"), [unit_id, "unknown"], schema_version=1)
    told = records(table_of("units"), [unit_id], schema_version=1, with_revisions=True)

    assert found == {unit_id: phone.tables["units"][unit_id]}
    assert told[unit_id]["_revision"] == 1


def test_only_rows_of_scopes_that_the_user_has_now_are_visible(owner: User, stranger: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    unit_id = str(add_unit(building_id=building_id, label="2 left"))
    units = table_of("units")

    assert visible_ids(units, [unit_id, "unknown"], user_id=owner.pk) == {unit_id}
    assert visible_ids(units, [unit_id], user_id=stranger.pk) == set()
    with connection.cursor() as cursor:
        # As a table of people's own rows is stamped.
        cursor.execute("SELECT set_config('mainstay.sync_marking', 'on', false)")
        cursor.execute("UPDATE buildings_unit SET sync_scope = %s", [f"user:{stranger.public_id}"])
        cursor.execute("SELECT set_config('mainstay.sync_marking', '', false)")
    assert visible_ids(units, [unit_id], user_id=stranger.pk) == {unit_id}
    assert visible_ids(units, [unit_id], user_id=owner.pk) == set()
