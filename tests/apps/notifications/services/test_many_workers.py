"""Workers that meet, or die in the middle: no push is lost, and none is sent by both."""

import json
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from apps.kernel import clock
from apps.notifications import services
from apps.notifications.models import Attempt, Delivery, ProviderAccount
from apps.notifications.types import DeliveryState
from bench.mainstay.pushes import queue_pushes, register_devices
from devstack.waiting import wait_until
from tests.factories.accounts import UserFactory
from tests.processes import python_on_the_same_database
from tests.push_services import PushProcess, push_process

pytestmark = [
    pytest.mark.system,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]

DELIVERIES = 3000
IN_TIME = 240
WORKER = """
import time
from apps.notifications import services
say("ready")
input()
while True:
    services.deliver_due(seconds=1)
    time.sleep(0.05)
"""


@pytest.fixture
def push(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("OUTBOUND_ALLOWED_NETWORKS", "127.0.0.0/8")
    # After other tests, tables that Django does not manage are not flushed.
    Attempt.objects.all().delete()
    with push_process(tmp_path / "push") as push:
        tokens = [[f"{number:064x}", "", ""] for number in range(100)]
        devices = tmp_path / "devices.json"
        devices.write_text(json.dumps({"apns": tokens, "fcm": tokens}))
        owner = UserFactory.create().pk
        register_devices(owner=owner, accounts=push.accounts(), devices=str(devices))
        for service in ("apns", "fcm"):
            queue_pushes(owner=owner, service=service, deliveries=DELIVERIES // 2)
        yield push


def _asked(push: PushProcess, what: str) -> Any:
    with urlopen(f"{push.url}/journal/{what}") as answer:
        return json.load(answer)


def _are_all_accepted() -> bool:
    return Delivery.objects.filter(state=DeliveryState.ACCEPTED).count() == DELIVERIES


def _requests(push: PushProcess) -> int:
    return sum(sum(codes.values()) for codes in _asked(push, "counts").values())


def test_two_workers_send_each_delivery_once(push: PushProcess) -> None:
    workers = [python_on_the_same_database(WORKER) for _ in range(2)]
    for worker in workers:
        assert worker.line() == "ready"
    for worker in workers:
        worker.tell("go")

    assert wait_until(_are_all_accepted, seconds=IN_TIME, pause=0.1)
    for worker in workers:
        worker.kill()

    assert _requests(push) == Attempt.objects.count() == DELIVERIES
    assert _asked(push, "duplicates")["items"] == []


def test_worker_that_is_killed_loses_nothing(push: PushProcess) -> None:
    first = python_on_the_same_database(WORKER)
    assert first.line() == "ready"
    first.tell("go")
    assert wait_until(
        lambda: Delivery.objects.filter(state=DeliveryState.ACCEPTED).count() > 500,
        seconds=IN_TIME,
    )

    first.kill()
    were_done = Delivery.objects.filter(state=DeliveryState.ACCEPTED).count()
    # As if the minute had passed for which it held them.
    were_held = Delivery.objects.exclude(lease_token=None).update(due_at=clock.now())
    second = python_on_the_same_database(WORKER)
    assert second.line() == "ready"
    second.tell("go")
    assert wait_until(_are_all_accepted, seconds=IN_TIME, pause=0.1)
    second.kill()

    # What was sent again is what the dead worker held and had not recorded, and no more.
    assert were_done < DELIVERIES
    assert DELIVERIES <= _requests(push) <= DELIVERIES + were_held
    assert ProviderAccount.objects.exclude(alarmed_at=None).count() == 0
    assert services.deliver_due() is False
