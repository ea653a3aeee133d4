"""What waits for a worker is counted, for metrics and for the operator's start page."""

from datetime import timedelta

import pytest

from apps.console.types import Window
from apps.files.backlog import check_backlog, rendition_backlog
from apps.files.models import File
from apps.files.types import FileState, RenditionState
from apps.kernel.clock import now
from tests.factories.files import FileFactory, PendingFileFactory, RenditionFactory

pytestmark = pytest.mark.django_db


def _last_hour() -> Window:
    return Window(since=now() - timedelta(hours=1), until=now(), step=timedelta(minutes=1))


def test_only_what_is_pending_waits() -> None:
    FileFactory.create()
    FileFactory.create(state=FileState.ERROR, blob=None, size_bytes=1)
    PendingFileFactory.create_batch(2)
    oldest = PendingFileFactory.create()
    File.objects.filter(pk=oldest.pk).update(created_at=now() - timedelta(minutes=3))

    waiting = check_backlog()

    assert (waiting.pending, waiting.given_up) == (3, 1)
    assert waiting.oldest_seconds >= 180


def test_where_nothing_waits_nothing_is_late() -> None:
    assert check_backlog().oldest_seconds == 0


def test_renditions_that_are_still_to_be_made_wait() -> None:
    RenditionFactory.create(due_at=now() - timedelta(hours=1))
    for minutes in (3, -3):
        RenditionFactory.create(
            state=RenditionState.PENDING, due_at=now() - timedelta(minutes=minutes)
        )

    waiting = rendition_backlog()

    assert waiting.pending == 2
    assert 180 <= waiting.oldest_due_seconds < 3600


def test_rendition_that_is_to_be_tried_later_is_not_overdue() -> None:
    RenditionFactory.create(state=RenditionState.PENDING, due_at=now() + timedelta(minutes=10))

    assert rendition_backlog().oldest_due_seconds == 0
