"""P26: conflicts that policy cannot solve are recorded once, with both versions, and told once."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.events.selectors import latest_events
from apps.sync.models import SyncConflict
from apps.sync.services import push_changes
from apps.sync.types import ConflictState, Outcome
from tests.apps.sync.conftest import device_of
from tests.apps.sync.pushes import upsert
from tests.factories.buildings import BuildingFactory

# Which device describes, and in which words.
_edits = st.lists(
    st.tuples(st.sampled_from(["phone", "tablet", "watch"]), st.sampled_from(["a", "b", "c"])),
    max_size=8,
)


@pytest.mark.django_db(transaction=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(edits=_edits)
def test_property_p26_conflicts_are_told_once(edits: list[tuple[str, str]], owner: User) -> None:
    """For all edits that rest on the same revision: one open conflict for each device that lost.

    It holds what the device wanted last and what the server has; its user was told of it once.
    """
    house = BuildingFactory.create(owner__user=owner)
    name = f"r{house.pk}"
    maker = device_of(owner, "maker")
    push_changes(maker, [upsert("requests", name, building_id=house.sync_id, title="Lift")])
    stands, winner = "", ""
    wanted: dict[str, str] = {}

    for device, text in edits:
        (result,) = push_changes(
            device_of(owner, device), [upsert("requests", name, 1, description=text)]
        )
        if not winner or device == winner:
            winner, stands = device, text
        elif text != stands:
            wanted[device] = text
            assert result.outcome is Outcome.CONFLICT

    found = SyncConflict.objects.filter(record_id=name, settled=ConflictState.OPEN)
    assert {each.state.installation_id: each.mine for each in found if each.state} == {
        device: {"description": text} for device, text in wanted.items()
    }
    assert all(each.theirs and each.theirs["title"] == "Lift" for each in found)
    told = latest_events(limit=200, topic_prefix="sync.conflict.recorded")
    about = [event.payload["conflict_id"] for event in told if event.payload["record_id"] == name]
    assert sorted(about) == sorted(str(each.public_id) for each in found)
