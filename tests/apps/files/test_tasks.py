"""Celery's edge of files: who waits goes first, and a dead Redis loses hints and nothing else."""

import socket

import pytest
from prometheus_client import REGISTRY
from pytest_django import Settings

from apps.files import services, tasks
from apps.files.models import Rendition
from apps.files.types import Urgency
from apps.resilience.services import Hint, RedisRole, redis_client
from tests.factories.files import BlobFactory
from tests.own_redis import broker, own_redis

__all__ = ["broker", "own_redis"]

pytestmark = pytest.mark.django_db


def length_of(queue: str) -> int:
    """Return how many tasks wait in a queue."""
    return int(redis_client(RedisRole.ADMIN).llen(queue))


@pytest.mark.usefixtures("broker")
@pytest.mark.parametrize(
    ("hint", "queue"),
    [
        (tasks.interactive_renditions_hint, "interactive"),
        (tasks.bulk_renditions_hint, "bulk"),
    ],
)
def test_hints_go_to_the_queue_of_their_urgency(hint: Hint, queue: str) -> None:
    hint.give()

    assert length_of(queue) == 1


@pytest.mark.usefixtures("broker")
def test_interactive_run_leaves_bulk_alone_and_asks_for_more_only_if_there_was_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, object]] = []
    made = iter([8, 0])

    def make(**fields: object) -> int:
        asked.append(fields)
        return next(made)

    monkeypatch.setattr(services, "make_due_renditions", make)

    tasks.make_interactive_renditions()
    assert length_of("interactive") == 1
    tasks.make_interactive_renditions()

    assert asked == [{"least_urgent": Urgency.INTERACTIVE}] * 2
    assert length_of("interactive") == 1


@pytest.mark.usefixtures("broker")
def test_bulk_run_is_short_and_takes_whatever_is_the_most_urgent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, object]] = []

    def make(**fields: object) -> int:
        asked.append(fields)
        return 1

    monkeypatch.setattr(services, "make_due_renditions", make)

    tasks.make_bulk_renditions()

    assert asked == [{"seconds": tasks.BULK_RUN_SECONDS}]
    assert length_of("bulk") == 1


def test_dead_redis_loses_the_hint_and_nothing_else(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.REDIS_URL = settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
    services.plan_renditions(BlobFactory.create(width=1, height=1), urgency=Urgency.INTERACTIVE)
    lost = REGISTRY.get_sample_value("mainstay_files_hints_lost_total") or 0.0

    tasks.interactive_renditions_hint.give()

    assert (REGISTRY.get_sample_value("mainstay_files_hints_lost_total") or 0.0) == lost + 1
    assert Rendition.objects.filter(state="pending").count() == 8
