"""The tasks call their services, and are in the schedule."""

import pytest
from django.conf import settings

from apps.console import selectors, tasks
from apps.console.models import SAMPLE_PARTITIONS

pytestmark = pytest.mark.django_db


def test_samples_are_taken_and_partitions_kept() -> None:
    tasks.take_samples.run()
    tasks.maintain.run()

    assert selectors.last_round() is not None
    assert SAMPLE_PARTITIONS.days()


def test_beat_knows_both() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {tasks.take_samples.name, tasks.maintain.name} <= scheduled
