"""Settling: sync's own columns are written without a trace in what others pull."""

import pytest
from django.db import IntegrityError, transaction

from apps.buildings.models import Building, Unit
from apps.buildings.synced_tables import SYNCED_TABLES
from apps.sync.services.settling import (
    name_rows,
    own_rows,
    send_again,
    sign_with,
    stamp_with,
    standing,
)

pytestmark = pytest.mark.django_db(transaction=True)

UNITS = SYNCED_TABLES[1]


@pytest.fixture
def unit(house: Building) -> Unit:
    """A unit that was just made."""
    return Unit.objects.get(pk=house.units.create(label="2 left").pk)


def test_new_row_is_named_and_owned_without_another_revision(unit: Unit) -> None:
    with transaction.atomic():
        name_rows(UNITS, {unit.public_id: ("u1", 18)})
        own_rows(UNITS, 17, ["u1"])

    again = Unit.objects.get()
    assert (again.sync_id, again.sync_state_id) == ("u1", 17)
    assert again.sync_fields[""][1] == 18
    assert (again.sync_revision, again.sync_xid) == (unit.sync_revision, unit.sync_xid)


def test_name_that_is_taken_is_refused(house: Building, unit: Unit) -> None:
    other = house.units.create(label="3 left")

    with pytest.raises(IntegrityError), transaction.atomic():
        name_rows(UNITS, {other.public_id: (unit.sync_id, 18)})


def test_row_that_is_sent_again_is_new_to_every_snapshot(unit: Unit) -> None:
    with transaction.atomic():
        send_again(UNITS, [unit.sync_id])

    again = Unit.objects.get()
    assert int(again.sync_xid) > int(unit.sync_xid)
    assert again.sync_revision == unit.sync_revision


def test_marks_end_with_what_they_were_set_for(unit: Unit) -> None:
    with transaction.atomic():
        stamp_with(4711)
        sign_with(17)
        Unit.objects.update(notes="Wet")
        stamp_with(None)
        sign_with(None)
        Unit.objects.update(floor=3)

    fields = Unit.objects.get().sync_fields
    assert fields["notes"] == [2, 4711, 17]
    assert len(fields["floor"]) == 2
    assert fields["floor"][1] > 4711


def test_standing_shows_revision_and_values(unit: Unit) -> None:
    found = standing(UNITS, [unit.sync_id, "nothing"])

    assert set(found) == {unit.sync_id}
    revision, record = found[unit.sync_id]
    assert (revision, record["label"]) == (1, "2 left")
