"""Tasks: what the beat drives."""

from datetime import timedelta

import pytest

from apps.buildings.models import Building, MaintenanceRequest
from apps.kernel.clock import now
from apps.sync import tasks
from apps.sync.models import PushedOperation
from apps.sync.services.answers import in_json
from apps.sync.types import Caller, Operation, Outcome
from tests.apps.sync.pushes import upsert


@pytest.mark.django_db(transaction=True)
def test_beat_tries_again_what_is_due(phone: Caller, house: Building) -> None:
    change = upsert("requests", "r1", building_id=house.sync_id, title="Lift")
    PushedOperation.objects.create(
        state_id=phone.state_id,
        op_id=change.op_id,
        table_name="requests",
        record_id="r1",
        operation=Operation.UPSERT,
        outcome=Outcome.QUEUED,
        result={"op_id": str(change.op_id), "outcome": "queued"},
        change=in_json(change),
        due_at=now() - timedelta(seconds=1),
    )

    tasks.retry_due()

    assert MaintenanceRequest.objects.get().sync_id == "r1"
    assert PushedOperation.objects.get().outcome == Outcome.APPLIED
