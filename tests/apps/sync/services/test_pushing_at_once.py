"""Pushes at once: of one device one after the other, of many without waiting for each other."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.buildings.models import Building, MaintenanceRequest, Unit
from apps.kernel.errors import Unavailable
from apps.sync.models import PushedOperation
from apps.sync.services import locking, push_changes
from apps.sync.types import Caller, Change, Outcome, Result
from tests.apps.sync.conftest import device_of
from tests.apps.sync.pushes import deletion, upsert

pytestmark = pytest.mark.django_db(transaction=True)

_THREADS = 8
Returned = TypeVar("Returned")


def at_once(runs: Sequence[Callable[[], Returned]]) -> list[Returned]:
    """Run each on a connection of its own, several at once."""

    def run(one: Callable[[], Returned]) -> Returned:
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(run, runs))


def test_hundred_pushes_of_one_device_are_done_once(phone: Caller, house: Building) -> None:
    changes = [
        upsert("requests", f"r{number}", building_id=house.sync_id, title="Lift")
        for number in range(10)
    ]

    def push() -> list[Result]:
        return push_changes(phone, changes)

    answers = at_once([push] * 100)

    assert MaintenanceRequest.objects.count() == PushedOperation.objects.count() == 10
    assert {result.outcome for answer in answers for result in answer} == {Outcome.APPLIED}
    assert sum(not answer[0].is_repeated for answer in answers) == 1


def test_devices_that_make_the_same_row_make_one(owner: User, house: Building) -> None:
    devices = [device_of(owner, f"phone-{number}") for number in range(_THREADS)]

    def push(device: Caller) -> Result:
        change = upsert("requests", "r1", building_id=house.sync_id, title="Lift")
        return push_changes(device, [change])[0]

    answers = at_once([partial(push, device) for device in devices])

    assert MaintenanceRequest.objects.get().sync_id == "r1"
    assert all(result.code == "" for result in answers)


def test_many_devices_over_the_same_rows_do_not_stand_in_each_others_way(
    owner: User, phone: Caller, house: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A deadlock is not even tried again.
    monkeypatch.setattr(locking, "ATTEMPTS", 1)
    units = [upsert("units", f"u{n}", building_id=house.sync_id, label=str(n)) for n in range(6)]
    requests = [
        upsert("requests", f"r{n}", building_id=house.sync_id, unit_id=f"u{n}", title="Lift")
        for n in range(6)
    ]
    push_changes(phone, [*units, *requests])

    devices = [device_of(owner, f"phone-{turn}") for turn in range(24)]

    def push(turn: int) -> list[Result]:
        order = range(6) if turn % 2 else range(5, -1, -1)
        changes: list[Change] = []
        for number in order:
            changes += [
                upsert("requests", f"r{number}", 1, title=f"Lift {turn}"),
                upsert("units", f"u{number}", 1, notes=f"Wet {turn}"),
            ]
        if turn % 5 == 0:
            changes.append(deletion("units", f"u{turn % 6}"))
        return push_changes(devices[turn], changes)

    answers = at_once([partial(push, turn) for turn in range(24)])

    told = {result.outcome for answer in answers for result in answer}
    assert told <= {Outcome.APPLIED, Outcome.MERGED, Outcome.IGNORED, Outcome.CONFLICT}
    assert not Unit.objects.filter(sync_id="u0").exists()


def test_push_that_waits_for_a_row_too_long_may_come_again(
    phone: Caller, house: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "_PATIENCE", "50ms")
    change = upsert("buildings", house.sync_id, 1, name="Mill")

    def push() -> list[Result]:
        return push_changes(phone, [change])

    with transaction.atomic():
        Building.objects.select_for_update().get(pk=house.pk)
        with pytest.raises(Unavailable):
            at_once([push])

    assert push()[0].outcome is Outcome.APPLIED
