"""The task of realtime that the beat sends."""

import pytest
from django.conf import settings

from apps.realtime import tasks
from apps.realtime.models import PUBLICATION_PARTITIONS

pytestmark = pytest.mark.django_db


def test_maintenance_is_scheduled_and_makes_partitions() -> None:
    tasks.maintain()

    assert PUBLICATION_PARTITIONS.days()
    schedule = settings.CELERY_BEAT_SCHEDULE["realtime.maintain"]
    assert schedule["task"] == tasks.maintain.name
