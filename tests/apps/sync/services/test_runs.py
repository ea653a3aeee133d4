"""Runs: many writes carried out as one are, in the end, what they are one by one."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from apps.buildings.models import Building, Comment, MaintenanceRequest
from apps.events.selectors import latest_events
from apps.kernel.transactions import whole
from apps.sync.services import push_changes
from apps.sync.services.batch import Batch
from apps.sync.services.writing import Distrusted
from apps.sync.types import Caller, Change, Outcome, Result
from tests.apps.sync.pushes import deletion, upsert

pytestmark = pytest.mark.django_db(transaction=True)

AtMost = Callable[[int], AbstractContextManager[CaptureQueriesContext]]


def day_of_work(house: Building, day: str) -> list[Change]:
    """What a device did, each at another moment, some of it one after the other on one row."""
    first, second, third = (f"{day}{number}" for number in (1, 2, 3))
    return [
        upsert("units", f"u{day}", clock=1, building_id=house.sync_id, label=f"Cellar {day}"),
        upsert("requests", first, clock=2, building_id=house.sync_id, title="Lift"),
        upsert("requests", second, clock=3, building_id=house.sync_id, title="Tap", unit_id=None),
        upsert("requests", third, clock=4, building_id=house.sync_id, title="", priority="high"),
        upsert(
            "requests", third, clock=5, building_id=house.sync_id, title="Door", unit_id=f"u{day}"
        ),
        upsert("comments", f"c{first}", clock=6, request_id=first, text="At night"),
        upsert("comments", f"c{second}", clock=7, request_id=second, text="By day"),
        upsert("comments", f"c{third}", clock=8, request_id="nowhere", text="Never"),
        upsert("requests", first, 1, clock=9, title="Lift is stuck"),
        upsert("requests", second, 1, clock=10, title="Tap drips", unit_id=f"u{day}"),
        upsert("requests", second, 2, clock=11, title="Tap is dry"),
        upsert("requests", first, 2, clock=12, status="in_progress"),
        upsert("requests", second, 3, clock=13, status="in_progress"),
        upsert("requests", third, 1, clock=14, status="in_progress", title="Door squeaks"),
        deletion("comments", f"c{second}"),
        upsert("requests", first, 3, clock=15, title="Lift is stuck"),
    ]


def carried_out(phone: Caller, changes: Sequence[Change], *, trusts: bool) -> list[Result]:
    """What becomes of the operations, done in runs or one by one."""
    with transaction.atomic():
        with whole():
            batch = Batch(phone, changes, trusts=trusts)
            done = [batch.carry_out(change) for change in changes]
            batch.finish()
        return batch.settle(done)


def told(house: Building) -> list[tuple[str, Any]]:
    """What the log says of a house, without ids."""
    events = latest_events(limit=200, topic_prefix="buildings.")
    return [
        (event.topic, event.payload.get("title") or event.payload.get("status"))
        for event in events
        if event.payload["building_id"] == str(house.public_id)
    ]


def kept(house: Building) -> list[tuple[Any, ...]]:
    """The requests of a house, with the clocks of their columns, and their comments."""
    requests = MaintenanceRequest.objects.filter(building=house).order_by("sync_id")
    rows: list[tuple[Any, ...]] = [
        (
            each.sync_id[1:],
            each.title,
            each.status,
            each.priority,
            each.unit_id is None,
            each.sync_revision,
            each.sync_fields,
        )
        for each in requests
    ]
    comments = Comment.objects.filter(request__building=house).order_by("sync_id")
    return rows + [(each.sync_id[2:], each.text, each.sync_fields) for each in comments]


def test_runs_leave_what_one_by_one_leaves(phone: Caller, house: Building) -> None:
    other = Building.objects.create(name="Mill")
    other.members.create(user_id=phone.user_id, role="owner")
    other.refresh_from_db()

    alone = carried_out(phone, day_of_work(house, "a"), trusts=False)
    in_runs = carried_out(phone, day_of_work(other, "b"), trusts=True)

    assert [(each.outcome, each.revision, each.code) for each in in_runs] == [
        (each.outcome, each.revision, each.code) for each in alone
    ]
    assert kept(other) == kept(house)
    assert told(other) == told(house)
    assert {each.outcome for each in alone} >= {Outcome.APPLIED, Outcome.REJECTED}


def test_each_row_of_a_run_is_stamped_with_the_clock_of_its_edit(
    phone: Caller, house: Building
) -> None:
    new = [
        upsert("requests", f"r{number}", clock=number, building_id=house.sync_id, title="Lift")
        for number in (5, 6, 7)
    ]
    edits = [upsert("requests", f"r{number}", 1, clock=number, title="Tap") for number in (8, 6, 7)]
    push_changes(phone, new)
    push_changes(phone, edits[1:])

    marks = {row.sync_id: row.sync_fields for row in MaintenanceRequest.objects.all()}
    assert {name: mark[""][1] for name, mark in marks.items()} == {"r5": 5, "r6": 6, "r7": 7}
    # Each is after what its device had seen.
    assert (marks["r6"]["title"][1], marks["r7"]["title"][1]) == (7, 8)
    assert marks["r6"]["title"][2] == phone.state_id


def test_hundred_operations_take_few_statements(
    phone: Caller, house: Building, django_assert_max_num_queries: AtMost
) -> None:
    names = [f"r{number}" for number in range(50)]
    values: dict[str, Any] = {"building_id": house.sync_id, "title": "Lift"}
    push_changes(phone, [upsert("requests", name, clock=1, **values) for name in names])
    edits = [
        upsert("requests", name, 1, clock=place, title="Tap") for place, name in enumerate(names)
    ]
    new = [upsert("requests", f"n{name}", clock=2, **values) for name in names]

    with django_assert_max_num_queries(45):
        results = push_changes(phone, [*new, *edits])

    assert {result.outcome for result in results} == {Outcome.APPLIED}


def test_run_of_which_one_is_refused_is_distrusted_whole(
    phone: Caller, teammates_phone: Caller, house: Building
) -> None:
    values: dict[str, Any] = {"building_id": house.sync_id, "title": "Lift"}
    push_changes(phone, [upsert("requests", "r1", **values)])
    push_changes(teammates_phone, [upsert("requests", "r2", **values)])
    edits = [upsert("requests", name, 1, title="Tap") for name in ("r2", "r1")]

    with pytest.raises(Distrusted):
        carried_out(teammates_phone, edits, trusts=True)
    results = push_changes(teammates_phone, edits)

    assert [(each.outcome, each.code) for each in results] == [
        (Outcome.APPLIED, ""),
        (Outcome.REJECTED, "kernel.forbidden"),
    ]
