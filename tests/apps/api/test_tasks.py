"""Celery's edge of the API words."""

import pytest
from django.conf import settings

from apps.api import kept_answers
from apps.api.tasks import purge_kept_answers


def test_purge_runs_every_hour() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["api.purge_kept_answers"]

    assert (entry["task"], entry["schedule"]) == (purge_kept_answers.name, 3600.0)


def test_task_purges(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    monkeypatch.setattr(kept_answers, "purge", lambda: runs.append(1))

    purge_kept_answers()

    assert runs == [1]
