"""Restamping: after a restore every row is stamped anew, and every device begins anew."""

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.buildings.models import Unit
from apps.buildings.services import add_unit, create_building, remove_unit
from apps.sync.models import Epoch, SyncState
from apps.sync.services import restamp
from apps.sync.types import Strategy
from tests.apps.sync.phones import Phone

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_device_is_given_the_full_set_once(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    gone = add_unit(building_id=building_id, label="2 left")
    add_unit(building_id=building_id, label="3 left")
    phone = Phone(owner)
    phone.pull()
    remove_unit(building_id=building_id, unit_id=gone)

    done = restamp()
    [full] = phone.pull()
    [nothing] = phone.pull()

    assert (done.rows, done.epoch) == (3, 2)
    assert full.strategy == Strategy.REPLACEMENT
    assert len(phone.ids("units")) == 1
    assert nothing.strategy == Strategy.INCREMENTAL
    assert not any(table.rows for table in nothing.tables)


def test_stamps_from_the_future_of_this_cluster_are_written_anew(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    add_unit(building_id=building_id, label="2 left")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('mainstay.sync_marking', 'on', false)")
        cursor.execute("UPDATE buildings_unit SET sync_xid = '900000000000'")
        cursor.execute("SELECT set_config('mainstay.sync_marking', '', false)")
    restamp()
    phone = Phone(owner)
    phone.pull()

    [nothing] = phone.pull()

    assert int(Unit.objects.get().sync_xid) < 900000000000
    assert not any(table.rows for table in nothing.tables)


def test_numbers_that_were_given_before_the_restore_are_not_given_again(owner: User) -> None:
    phone = Phone(owner)
    phone.pull()
    before = SyncState.objects.get().checkpoint_number

    restamp()

    assert SyncState.objects.get().checkpoint_number > before + 1000


def test_there_is_one_epoch_however_often_it_is_held() -> None:
    Epoch.objects.all().delete()

    restamp()
    restamp()

    assert Epoch.objects.count() == 1
    assert Epoch.objects.get().counter == 3
