"""The tasks: they find their work by themselves, with Redis or without."""

import pytest
from pytest_django import Settings

from apps.cdn import tasks
from apps.cdn.services import purge_tags
from config.settings.background import CELERY_BEAT_SCHEDULE
from tests.apps.cdn.cloudflare import FakeCloudflare
from tests.apps.cdn.conftest import Hands

pytestmark = pytest.mark.django_db(transaction=True)


def test_dead_redis_loses_the_hint_and_nothing_else(
    cloudflare: FakeCloudflare, hands: Hands, settings: Settings
) -> None:
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    purge_tags(["file-1"])
    hands.move(seconds=1)
    tasks.hint.give()

    tasks.send_due()

    assert cloudflare.taken == [{"tags": ["file-1"]}]


@pytest.mark.parametrize("task", [tasks.send_due, tasks.maintain])
def test_beat_drives_every_task(task: object) -> None:
    assert getattr(task, "name") in CELERY_BEAT_SCHEDULE  # noqa: B009  Celery has no types
