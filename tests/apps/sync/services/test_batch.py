"""The batch: operations one after the other, each seeing what those before it did."""

import pytest
from django.db import transaction

from apps.buildings.models import Building, Unit
from apps.kernel.errors import NotFound
from apps.sync.services.batch import Batch
from apps.sync.types import Caller, Outcome
from tests.apps.sync.pushes import deletion, upsert

pytestmark = pytest.mark.django_db(transaction=True)


def test_operations_see_those_before_them(phone: Caller, house: Building) -> None:
    changes = [
        upsert("units", "u1", building_id=house.sync_id, label="2 left"),
        upsert("units", "u1", 1, notes="Wet"),
        deletion("units", "u1", 1),
        upsert("units", "u1", 1, notes="Dry"),
    ]

    with transaction.atomic():
        batch = Batch(phone, changes)
        results = batch.settle([batch.carry_out(change) for change in changes])

    assert [result.outcome for result in results] == [
        Outcome.APPLIED,
        Outcome.APPLIED,
        Outcome.APPLIED,
        Outcome.CONFLICT,
    ]
    assert not Unit.objects.exists()


def test_what_waits_can_be_tried_without_the_client(phone: Caller, house: Building) -> None:
    unit = house.units.create(label="2 left")
    unit.refresh_from_db()
    change = upsert("units", unit.sync_id, clock=5, notes="a\x00b")

    with transaction.atomic():
        seen = Batch(phone, [change], snapshot="", offset_ms=2).waiting_change(change)

    # A checkpoint that shows nothing of the row is a base before all of its revisions.
    assert (seen.base_revision, seen.clock) == (0, 5 + (2 << 16))
    assert seen.values == {"notes": "ab"}


def test_graves_are_passed_over_for_who_brings_back(phone: Caller, house: Building) -> None:
    unit = house.units.create(label="2 left")
    unit.refresh_from_db()
    unit.delete()
    change = upsert("units", unit.sync_id, building_id=house.sync_id, label="2 left")

    with transaction.atomic():
        batch = Batch(phone, [change], knows_graves=False)
        batch.settle([batch.done(change)])

    assert Unit.objects.get().sync_id == unit.sync_id


def test_refusals_are_raised_to_who_asks_for_one_operation(
    strangers_phone: Caller, house: Building
) -> None:
    change = upsert("buildings", house.sync_id, 1, name="Mine")

    with transaction.atomic(), pytest.raises(NotFound):
        Batch(strangers_phone, [change]).done(change)
