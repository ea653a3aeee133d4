"""A small building has what the large one has."""

import pytest

from apps.buildings.models import MaintenanceRequest
from bench.mainstay.syncing import fill_synced, make_checkpoints, time_pulls


@pytest.mark.django_db(transaction=True)
def test_phone_that_has_everything_is_brought_what_changed_and_nothing_else() -> None:
    filled = fill_synced(rows=20, first_rows=3, people=2)
    *_, checkpoint = make_checkpoints(people=filled["people"], phones=3)["checkpoints"]
    own = MaintenanceRequest.objects.filter(building__public_id=filled["building"])
    for request in own[:2]:
        own.filter(pk=request.pk).update(title="Another lamp")

    pulled = time_pulls(person=filled["people"][0], phone=2, checkpoint=checkpoint, times=1)

    assert pulled["rows"] == 2
    assert 0 < pulled["database_ms"] < pulled["process_ms"]
