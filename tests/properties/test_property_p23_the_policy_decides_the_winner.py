"""P23: for all concurrent edits, the declared policy decides the winner on every replica alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.buildings.models import MaintenanceRequest
from apps.sync.judging import Edit, Mark, Row, judge_upsert
from apps.sync.ports import Column, SyncedTable
from apps.sync.services import push_changes
from apps.sync.types import Outcome, Policy
from tests.apps.sync.conftest import device_of
from tests.apps.sync.phones import Phone
from tests.apps.sync.pushes import upsert
from tests.factories.buildings import BuildingFactory

_BEGAN = 1_780_000_000_000 << 16


@dataclass(frozen=True)
class Offline:
    """One device's edit of the first revision, made while nobody listened."""

    device: int
    clock: int

    @property
    def value(self) -> str:
        """What it wrote."""
        return f"by {self.device}"


# Few clocks, so that many are equal.
edits = st.lists(
    st.builds(Offline, device=st.integers(1, 9), clock=st.integers(_BEGAN, _BEGAN + 3)),
    min_size=1,
    max_size=6,
    unique_by=lambda edit: edit.device,
)


def winner_by(policy: Policy, arrived: Sequence[Offline]) -> Offline:
    """Who wins by the words of the policy."""
    if policy is Policy.LAST_WRITE_WINS:
        return max(arrived, key=lambda edit: (edit.clock, edit.device))
    return arrived[-1] if policy is Policy.MERGE else arrived[0]


@given(edits=edits, policy=st.sampled_from(Policy), data=st.data())
def test_property_p23_the_policy_decides_the_winner(
    edits: list[Offline], policy: Policy, data: st.DataObject
) -> None:
    """For all edits of one column and all orders of arrival: who the policy names wins.

    Last write wins asks for no order: whatever arrives first, every replica ends alike. Seen to
    fail on a verdict that moved the winner of equal clocks on to the next, which a third then met.
    """
    table = SyncedTable(
        name="notes",
        model=MaintenanceRequest,
        columns=(Column(name="text", policy=policy),),
    )
    arrived = data.draw(st.permutations(edits))
    row = Row(
        public_id=UUID(int=1),
        scope="building:x",
        revision=1,
        state_id=None,
        marks={"": Mark(1, _BEGAN - 1)},
        record={"text": "old"},
    )

    for edit in arrived:
        wanted = Edit(
            state_id=edit.device, clock=edit.clock, base_revision=1, values={"text": edit.value}
        )
        verdict = judge_upsert(table, row, wanted)
        if verdict.columns:
            mark = Mark(row.revision + 1, verdict.clock, edit.device)
            row = Row(
                public_id=row.public_id,
                scope=row.scope,
                revision=mark.revision,
                state_id=None,
                marks={**row.marks, "text": mark},
                record={"text": edit.value},
            )
        else:
            assert edit is not winner_by(policy, arrived)
            assert verdict.outcome in (Outcome.MERGED, Outcome.CONFLICT)
            assert (verdict.held == ("text",)) is (policy is Policy.MANUAL)

    assert row.record == {"text": winner_by(policy, arrived).value}


@pytest.mark.django_db(transaction=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(edits=edits, data=st.data())
def test_property_p23_every_replica_shows_the_winner(
    edits: list[Offline], data: st.DataObject, owner: User
) -> None:
    """For all edits of one row that are pushed: all devices end with the winners of its columns."""
    house = BuildingFactory.create(owner__user=owner)
    maker = Phone(owner, "maker")
    name = f"r{house.pk}"
    push_changes(
        maker.caller,
        [
            upsert(*("requests", name), clock=_BEGAN - 1, building_id=house.sync_id, title="New"),
            upsert("units", name, clock=_BEGAN - 1, building_id=house.sync_id, label="New"),
        ],
    )
    callers = {edit.device: device_of(owner, f"p-{edit.device}") for edit in edits}
    # The greater id wins a tie; the order in which devices became known is theirs.
    ranked = {edit: callers[edit.device].state_id for edit in edits}
    arrived = data.draw(st.permutations(edits))

    for edit in arrived:
        push_changes(
            callers[edit.device],
            [
                upsert(
                    *("requests", name, 1),
                    clock=edit.clock,
                    title=edit.value,
                    description=edit.value,
                ),
                upsert("units", name, 1, clock=edit.clock, notes=edit.value),
            ],
        )

    latest = max(edits, key=lambda edit: (edit.clock, ranked[edit]))
    for phone in [maker, *(Phone(owner, f"p-{edit.device}") for edit in edits)]:
        phone.pull()
        request, unit = phone.tables["requests"][name], phone.tables["units"][name]
        assert request["title"] == latest.value
        assert request["description"] == arrived[0].value
        assert unit["notes"] == arrived[-1].value
