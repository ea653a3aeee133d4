"""What is pulled and pushed is counted, by what it was."""

import pytest
from prometheus_client import Counter

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.buildings.services import update_building
from apps.sync import metrics
from apps.sync.models import Checkpoint
from apps.sync.services import push_changes
from apps.sync.types import Caller
from tests.apps.sync.phones import Phone
from tests.apps.sync.pushes import upsert

pytestmark = pytest.mark.django_db(transaction=True)


class _Grown:
    """What a counter grew by since this was made."""

    def __init__(self, counted: Counter) -> None:
        self._counted = counted
        self._before = counted._value.get()

    def __call__(self) -> float:
        grown: float = self._counted._value.get() - self._before
        return grown


def test_pulls_are_counted_by_what_they_were(owner: User, house: Building) -> None:
    kinds = {
        kind: _Grown(metrics.PULLS.labels(kind))
        for kind in ("full", "incremental", "unchanged", "replacement")
    }
    lost = _Grown(metrics.REPLACEMENTS.labels("checkpoint_lost"))
    rows, characters = _Grown(metrics.PULLED_ROWS), _Grown(metrics.PULLED_CHARACTERS)
    phone = Phone(owner)

    # The building and its two members.
    phone.pull(row_limit=2)
    assert (kinds["full"](), rows()) == (2, 3)
    phone.pull()
    update_building(building_id=house.public_id, name="Harbour House")
    phone.pull()
    Checkpoint.objects.all().delete()
    phone.pull(row_limit=2)

    assert {kind: grown() for kind, grown in kinds.items()} == {
        "full": 2,
        "incremental": 1,
        "unchanged": 1,
        "replacement": 2,
    }
    assert lost() == 1
    assert rows() == 7
    assert characters() > 7 * 36


def test_operations_are_counted_by_their_answers(phone: Caller, house: Building) -> None:
    pushes = _Grown(metrics.PUSHES)
    outcomes = {
        outcome: _Grown(metrics.OPERATIONS.labels(outcome))
        for outcome in ("applied", "rejected", "repeated")
    }
    good = upsert("requests", "lift", building_id=house.sync_id, title="Lift")
    bad = upsert("requests", "door", title="No building")

    push_changes(phone, [good, bad])
    push_changes(phone, [good])

    assert pushes() == 2
    assert {outcome: grown() for outcome, grown in outcomes.items()} == {
        "applied": 1,
        "rejected": 1,
        "repeated": 1,
    }
