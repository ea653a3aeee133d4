"""Retrying: what could not be done just then is done later, or told to somebody."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.buildings.models import Building, Unit
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.sync.models import PushedOperation, SyncConflict
from apps.sync.services import locking, push_changes, retry_due
from apps.sync.services.retrying import MOST_ATTEMPTS
from apps.sync.types import Caller, Change, ConflictKind, Outcome
from tests.apps.sync.pushes import upsert

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def undecided(house: Building, monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseDatabaseWrapper]:
    """Somebody who has given a unit the label "2 left", and does not say whether it stays so."""
    monkeypatch.setattr(locking, "_PATIENCE", "50ms")
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute(
            "INSERT INTO buildings_unit"
            " (public_id, created_at, updated_at, building_id, label, notes)"
            " VALUES (%s, now(), now(), %s, '2 left', '')",
            [new_id(), house.pk],
        )
    yield other
    other.close()


def come_due() -> None:
    """Let what waits be due."""
    PushedOperation.objects.filter(due_at__isnull=False).update(due_at=now() - timedelta(1))


def pushed(phone: Caller, change: Change) -> Outcome:
    """Push it, and return what became of it."""
    return push_changes(phone, [change])[0].outcome


def test_what_waits_is_done_once_it_can_be(
    phone: Caller, house: Building, undecided: BaseDatabaseWrapper
) -> None:
    change = upsert("units", "u1", building_id=house.sync_id, label="2 left")
    (queued,) = push_changes(phone, [change])
    assert queued.outcome is Outcome.QUEUED
    assert queued.retry_after_seconds is not None
    assert retry_due() == 0
    undecided.rollback()
    come_due()

    assert retry_due() == 1

    (result,) = push_changes(phone, [change])
    assert (result.outcome, result.is_repeated, result.revision) == (Outcome.APPLIED, True, 1)
    assert Unit.objects.get().sync_id == "u1"
    assert retry_due() == 0


def test_what_follows_on_a_row_waits_behind_it(
    phone: Caller, house: Building, undecided: BaseDatabaseWrapper
) -> None:
    changes = [
        upsert("units", "u1", building_id=house.sync_id, label="2 left"),
        upsert("requests", "r1", building_id=house.sync_id, unit_id="u1", title="Lift"),
    ]
    assert {result.outcome for result in push_changes(phone, changes)} == {Outcome.QUEUED}
    undecided.rollback()

    assert pushed(phone, upsert("units", "u1", 1, notes="Wet")) is Outcome.QUEUED

    come_due()
    assert retry_due() == 3
    unit = Unit.objects.get()
    assert (unit.notes, unit.requests.count()) == ("Wet", 1)


def test_what_can_never_be_done_becomes_a_conflict(
    phone: Caller, house: Building, undecided: BaseDatabaseWrapper
) -> None:
    change = upsert("units", "u1", building_id=house.sync_id, label="2 left")
    push_changes(phone, [change])

    for _ in range(MOST_ATTEMPTS):
        come_due()
        retry_due()

    conflict = SyncConflict.objects.get()
    assert (conflict.kind, conflict.mine["label"]) == (ConflictKind.REFUSED, "2 left")
    assert pushed(phone, change) is Outcome.CONFLICT
    come_due()
    assert retry_due() == 0
