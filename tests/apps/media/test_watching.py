"""The watch tells a table what it rests on, and metrics what the table gave."""

import pytest

from apps.caching.services import forget_tagged
from apps.keyring.ring import ring
from apps.keyring.services import add_key
from apps.keyring.types import Purpose
from apps.media import metrics, watching
from apps.media.hot import HotTable
from apps.media.watching import Watch
from tests.apps.media.test_hot import PLACE, answer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def table() -> HotTable:
    return HotTable(100_000)


def kept(table: HotTable) -> bool:
    table.put(PLACE, answer(), mark=table.mark)
    return table.get(PLACE) is not None


def test_table_holds_while_nothing_is_forgotten(table: HotTable) -> None:
    watch = Watch(table)
    watch.look()
    assert kept(table)

    watch.look()

    assert table.get(PLACE) is not None


def test_table_is_emptied_when_anything_is_forgotten(table: HotTable) -> None:
    watch = Watch(table)
    watch.look()
    assert kept(table)

    forget_tagged("file-1")
    watch.look()

    assert table.get(PLACE) is None


def test_table_is_emptied_when_keys_change(table: HotTable) -> None:
    watch = Watch(table)
    watch.look()
    assert kept(table)

    add_key(purpose=Purpose.SIGNED_URL)
    watch.look()

    assert table.get(PLACE) is None
    ring.forget()


def test_table_is_closed_while_the_watch_fails(
    table: HotTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(table)
    watch.look()
    assert kept(table)

    def fail() -> int:
        raise OSError

    monkeypatch.setattr(watching, "forgetting_mark", fail)
    watch.look()

    assert not kept(table)


def test_answers_that_were_given_again_are_counted(table: HotTable) -> None:
    watch = Watch(table)
    watch.look()
    assert kept(table)
    before = metrics.ANSWERS.labels("hit")._value.get()

    watch.tell()
    watch.tell()

    assert metrics.ANSWERS.labels("hit")._value.get() == before + 1


def test_thread_looks_until_it_is_stopped(table: HotTable) -> None:
    watch = Watch(table)
    watch.start()

    watch.stop()

    assert table.mark is not None
