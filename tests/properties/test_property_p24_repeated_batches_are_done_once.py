"""P24: operation batches repeated any number of times leave the same state as once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.buildings.models import Building, Comment, MaintenanceRequest, Unit
from apps.events.selectors import latest_events
from apps.sync.models import PushedOperation, SyncConflict
from apps.sync.services import push_changes
from apps.sync.types import Change
from tests.apps.sync.conftest import device_of
from tests.apps.sync.pushes import deletion, upsert
from tests.factories.buildings import BuildingFactory

_ids = st.sampled_from(["a", "b"])
_bases = st.sampled_from([None, 1, 2])
_texts = st.sampled_from(["", "one", "two"])
# What of them is refused is refused again.
_operations = st.one_of(
    st.tuples(st.just("unit"), _ids, _bases, _texts),
    st.tuples(st.just("request"), _ids, _bases, _texts),
    st.tuples(st.just("comment"), _ids, _bases, _texts),
    st.tuples(st.just("removal"), _ids, _bases, _texts),
)
_batches = st.lists(st.lists(_operations, min_size=1, max_size=4), min_size=1, max_size=3)


def change_for(house: Building, operation: tuple[str, str, int | None, str]) -> Change:
    """The operation, in rows of this house."""
    kind, letter, base, text = operation
    record_id = f"{letter}{house.pk}"
    if kind == "removal":
        return deletion("units", record_id, base)
    if kind == "comment":
        return upsert("comments", f"{record_id}-{text}", request_id=record_id, text=text)
    building: dict[str, Any] = {"building_id": house.sync_id} if base is None else {}
    if kind == "unit":
        return upsert("units", record_id, base, label=f"{letter}{text}", **building)
    return upsert("requests", record_id, base, title=text, description=text, **building)


def state_of(house: Building) -> list[Any]:
    """All that pushes may have written."""
    rows: list[Any] = [
        list(model._default_manager.filter(sync_scope=house.sync_scope).order_by("id").values())
        for model in (Unit, MaintenanceRequest, Comment)
    ]
    kept = [list(model._default_manager.order_by("id").values()) for model in _KEPT]
    told = [event.event_id for event in latest_events(limit=200)]
    return [*rows, *kept, told]


_KEPT = (PushedOperation, SyncConflict)


@pytest.mark.django_db(transaction=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(batches=_batches, repeated=st.lists(st.integers(0, 2), max_size=5))
def test_property_p24_repeated_batches_are_done_once(
    batches: list[list[tuple[str, str, int | None, str]]], repeated: list[int], owner: User
) -> None:
    """For all batches, repeated in any order: rows, conflicts, events and answers stay the same."""
    house = BuildingFactory.create(owner__user=owner)
    phone = device_of(owner)
    pushed = [[change_for(house, operation) for operation in batch] for batch in batches]
    answers = [push_changes(phone, changes) for changes in pushed]
    once = state_of(house)

    for number in repeated:
        again = push_changes(phone, pushed[number % len(pushed)])

        first = answers[number % len(pushed)]
        assert [replace(answer, is_repeated=False) for answer in again] == [
            replace(answer, is_repeated=False) for answer in first
        ]
        assert all(answer.is_repeated for answer in again)
        assert state_of(house) == once
