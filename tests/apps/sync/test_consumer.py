"""Devices are told to pull what others changed, in the rooms of what changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from apps.accounts.models import User
from apps.buildings.services import add_unit, create_building
from apps.events.models import LogEntry
from apps.events.ports import consumers
from apps.events.services import announce
from apps.kernel.clock import now
from apps.sync import services
from apps.sync.consumer import HintConsumer
from apps.sync.events import ChangesPushed
from apps.sync.hinting import device_tag
from apps.sync.metrics import HINTS_LOST
from apps.sync.tasks import tell_changed
from tests.factories.realtime import begin_at_the_end, read_all
from tests.factories.webhooks import logged
from tests.own_redis import OwnRedis, own_redis

__all__ = ["own_redis"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def consumer() -> HintConsumer:
    consumer = HintConsumer()
    begin_at_the_end(consumer)
    return consumer


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What workers were asked to tell, and after how many seconds."""
    asked: list[tuple[Any, ...]] = []

    def send(task: str, scope: str, *, delay_seconds: float) -> None:
        asked.append((task, scope, delay_seconds))

    monkeypatch.setattr("apps.sync.consumer.send_task_briefly", send)
    return asked


Hints = Callable[[], list[tuple[list[str], dict[str, Any]]]]


@pytest.fixture
def hints() -> Hints:
    """What was said in this test, in order, and to which scopes."""
    newest = LogEntry.objects.order_by("-position").values_list("position", flat=True).first()
    topic = "realtime.message.published"

    def said() -> list[tuple[list[str], dict[str, Any]]]:
        entries = LogEntry.objects.filter(topic=topic, position__gt=newest or 0)
        return [(each.audience, each.payload["data"]) for each in entries.order_by("position")]

    return said


def push(owner: User, building_name: str) -> str:
    """Do what a push does: its services, and the event that tells of it."""
    with transaction.atomic():
        building_id = create_building(owner_id=owner.pk, name=building_name)
        announce(
            ChangesPushed(
                audience=(f"user:{owner.public_id}",),
                user_id=owner.public_id,
                installation_id="phone",
                tables=["buildings"],
                operations=1,
            )
        )
    return f"building:{building_id}"


def test_it_hears_pushes_and_the_apps_whose_tables_are_synced() -> None:
    consumer = consumers.get("sync")

    assert consumer is not None
    assert consumer.topics == ("sync.changes.pushed", "buildings.*")


def test_room_and_person_are_told_with_the_device_that_pushed(
    owner: User, consumer: HintConsumer, hints: Hints
) -> None:
    scope = push(owner, "Lighthouse")

    read_all(consumer)

    told = {scopes[0]: data for scopes, data in hints()}
    for each in (scope, f"user:{owner.public_id}"):
        payload = {"scope": each, "device": device_tag("phone")}
        assert told[each] == {"event": "sync.changed", "payload": payload}


def test_many_changes_of_a_scope_are_one_hint_now_and_one_later(
    owner: User, consumer: HintConsumer, later: list[tuple[Any, ...]], hints: Hints
) -> None:
    building_id = create_building(owner_id=owner.pk, name="Lighthouse")
    read_all(consumer)
    for label in ("1", "2", "3"):
        add_unit(building_id=building_id, label=label)
        read_all(consumer)

    scope = f"building:{building_id}"
    assert [scopes for scopes, _ in hints()].count([scope]) == 1
    ((task, asked, delay),) = [each for each in later if each[1] == scope]
    assert (task, asked) == ("sync.tell_changed", scope)
    assert 0 < delay <= 1


def test_later_hint_is_for_every_device(owner: User, hints: Hints) -> None:
    scope = f"user:{owner.public_id}"

    tell_changed(scope)

    assert hints() == [
        ([scope], {"event": "sync.changed", "payload": {"scope": scope, "device": ""}})
    ]


def test_scope_that_no_channel_carries_tells_nobody(hints: Hints) -> None:
    services.tell_changed({"planet:019abc00-0000-7000-8000-000000000000": ""})

    assert hints() == []


def test_what_happened_long_ago_is_told_to_nobody(
    consumer: HintConsumer, owner: User, hints: Hints
) -> None:
    old = replace(
        logged("buildings.unit.changed", audience=(f"user:{owner.public_id}",)),
        recorded_at=now() - timedelta(minutes=11),
    )

    consumer.after_commit([old])

    assert hints() == []


def test_dead_redis_loses_the_later_hint_and_nothing_else(
    owner: User, consumer: HintConsumer, own_redis: OwnRedis, settings: Settings, hints: Hints
) -> None:
    settings.CELERY_BROKER_URL = own_redis.url
    own_redis.stop()
    lost = HINTS_LOST._value.get()
    building_id = create_building(owner_id=owner.pk, name="Lighthouse")
    read_all(consumer)
    add_unit(building_id=building_id, label="1")

    read_all(consumer)

    assert [f"building:{building_id}"] in [scopes for scopes, _ in hints()]
    assert HINTS_LOST._value.get() > lost
