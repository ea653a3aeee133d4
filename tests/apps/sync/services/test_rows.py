"""The rows of a batch: read once, and again where the batch itself has written them."""

import pytest
from django.db import transaction

from apps.buildings.models import Building, Unit
from apps.sync.services.rows import Rows
from apps.sync.types import Caller, Change
from tests.apps.sync.pushes import upsert

pytestmark = pytest.mark.django_db(transaction=True)


def rows_for(caller: Caller, *changes: Change) -> Rows:
    """The rows that these touch."""
    return Rows(caller, changes, snapshot=None, knows_graves=True)


def test_row_that_was_written_is_read_again(phone: Caller, house: Building) -> None:
    unit = house.units.create(label="2 left")
    unit.refresh_from_db()
    name = ("units", unit.sync_id)

    with transaction.atomic():
        rows = rows_for(phone, upsert(*name, 1, notes="Wet"))
        before = rows.shown(name)
        Unit.objects.update(notes="Wet")
        assert rows.row(name) == before
        rows.note_written(name)
        after = rows.shown(name)

    assert before is not None
    assert after is not None
    assert (before.row.record["notes"], after.row.record["notes"]) == ("", "Wet")


def test_row_that_was_made_has_its_name_when_it_is_asked_for(
    phone: Caller, house: Building
) -> None:
    name = ("units", "u1")
    with transaction.atomic():
        rows = rows_for(phone, upsert(*name, building_id=house.sync_id, label="2 left"))
        assert rows.row(name) is None
        unit = house.units.create(label="2 left")
        rows.note_made(name, unit.public_id, 18)

        assert rows.public_id(name) == unit.public_id
        assert rows.row(name) is not None
    assert Unit.objects.get().sync_id == "u1"


def test_row_that_was_deleted_is_a_grave(phone: Caller, house: Building) -> None:
    unit = house.units.create(label="2 left")
    unit.refresh_from_db()
    name = ("units", unit.sync_id)
    with transaction.atomic():
        rows = rows_for(phone, upsert(*name, 1, notes="Wet"))
        rows.note_deleted(name, "building:x")

        assert rows.row(name) is None
        grave = rows.buried(name)
    assert grave is not None
    assert grave.scope == "building:x"
