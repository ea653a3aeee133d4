"""All bytes of a file are here: a worker is woken, once for many, and it needs not be."""

import pytest

from apps.accounts.models import User
from apps.events.ports import consumers, is_heard
from apps.files import tasks
from apps.files.consumer import FileConsumer
from apps.files.types import FileState
from tests.apps.files.bringing import again, brought
from tests.apps.files.samples import text


def test_it_hears_of_files_that_came_and_of_nothing_else() -> None:
    consumer = consumers.get("files")

    assert consumer is not None
    assert is_heard("files.file.uploaded", consumer.topics)
    assert not is_heard("files.file.scanned", consumer.topics)


def test_it_wakes_a_worker_after_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    monkeypatch.setattr(tasks.check_hint, "give", lambda: given.append("check"))

    FileConsumer().handle([])
    assert not given

    FileConsumer().after_commit([])
    assert given == ["check"]


@pytest.mark.django_db
def test_task_asks_for_more_only_where_there_was_something(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    monkeypatch.setattr(tasks.check_hint, "take_up", lambda: None)
    monkeypatch.setattr(tasks.check_hint, "give", lambda: given.append("check"))
    monkeypatch.setattr(
        tasks.interactive_renditions_hint, "give", lambda: given.append("renditions")
    )
    file = brought(owner, text(100))

    tasks.check_due()
    assert again(file).state == FileState.CLEAN
    assert given == ["check", "renditions"]

    tasks.check_due()
    tasks.rescan_due()
    assert given == ["check", "renditions"]
