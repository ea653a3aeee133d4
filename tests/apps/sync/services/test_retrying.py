"""Retrying: what could not be done just then is done later, or told to somebody."""

from datetime import timedelta

import pytest

from apps.buildings.models import Building, MaintenanceRequest
from apps.buildings.services import maintenance
from apps.kernel.clock import now
from apps.kernel.errors import Unavailable
from apps.sync.models import PushedOperation, SyncConflict
from apps.sync.services import push_changes, retry_due
from apps.sync.services.retrying import MOST_ATTEMPTS
from apps.sync.types import Caller, Change, ConflictKind, Outcome
from tests.apps.sync.pushes import upsert

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Something that requests need is not there."""

    def unavailable(*_args: object) -> tuple[int, object]:
        raise Unavailable("Down.")

    monkeypatch.setattr(maintenance, "place_of", lambda **_: unavailable())
    return monkeypatch


def come_due() -> None:
    """Let what waits be due."""
    PushedOperation.objects.filter(due_at__isnull=False).update(due_at=now() - timedelta(1))


def pushed(phone: Caller, change: Change) -> Outcome:
    """Push it, and return what became of it."""
    return push_changes(phone, [change])[0].outcome


def test_what_waits_is_done_once_it_can_be(
    phone: Caller, house: Building, outage: pytest.MonkeyPatch
) -> None:
    change = upsert("requests", "r1", building_id=house.sync_id, title="Lift")
    (queued,) = push_changes(phone, [change])
    assert queued.outcome is Outcome.QUEUED
    assert queued.retry_after_seconds is not None
    assert retry_due() == 0
    outage.undo()
    come_due()

    assert retry_due() == 1

    (result,) = push_changes(phone, [change])
    assert (result.outcome, result.is_repeated, result.revision) == (Outcome.APPLIED, True, 1)
    assert MaintenanceRequest.objects.get().sync_id == "r1"
    assert retry_due() == 0


def test_what_follows_on_a_row_waits_behind_it(
    phone: Caller, house: Building, outage: pytest.MonkeyPatch
) -> None:
    changes = [
        upsert("requests", "r1", building_id=house.sync_id, title="Lift"),
        upsert("comments", "c1", request_id="r1", text="Yes"),
    ]
    assert {result.outcome for result in push_changes(phone, changes)} == {Outcome.QUEUED}
    outage.undo()

    assert pushed(phone, upsert("requests", "r1", 1, title="Lift is stuck")) is Outcome.QUEUED

    come_due()
    assert retry_due() == 3
    request = MaintenanceRequest.objects.get()
    assert (request.title, request.comments.count()) == ("Lift is stuck", 1)


def test_what_can_never_be_done_becomes_a_conflict(
    phone: Caller, house: Building, outage: pytest.MonkeyPatch
) -> None:
    change = upsert("requests", "r1", building_id=house.sync_id, title="Lift")
    push_changes(phone, [change])

    for _ in range(MOST_ATTEMPTS):
        come_due()
        retry_due()

    conflict = SyncConflict.objects.get()
    assert (conflict.kind, conflict.mine["title"]) == (ConflictKind.REFUSED, "Lift")
    assert pushed(phone, change) is Outcome.CONFLICT
    come_due()
    assert retry_due() == 0
