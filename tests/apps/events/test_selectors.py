"""Reads of the log for people and operators; consumers' reads are proved in test_no_loss."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import transaction

from apps.events import selectors
from apps.events.ports import audiences
from apps.events.services import announce
from apps.events.types import Cursor
from apps.kernel.ids import new_id
from tests.apps.events.conftest import BellRang, Listener

Ring = Callable[..., None]


@dataclass(frozen=True)
class Parish:
    """Stands behind the scope "parish": only even users belong to it."""

    name: str = "parish"

    def listeners(self, scope_id: UUID, user_ids: Collection[int]) -> Collection[int]:
        return [user_id for user_id in user_ids if user_id % 2 == 0]


@pytest.fixture
def parish(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(audiences._entries, "parish", Parish())
    return f"parish:{new_id()}"


@pytest.mark.django_db
def test_event_is_heard_by_those_its_audience_names(parish: str) -> None:
    with transaction.atomic():
        event_id = announce(BellRang(number=1, audience=(parish, f"nobody:{new_id()}")))
    event = selectors.event_with_id(event_id)

    assert event is not None
    assert selectors.listeners_of(event, [1, 2, 3, 4]) == {2, 4}


@pytest.mark.django_db
def test_event_without_an_audience_is_heard_by_nobody() -> None:
    with transaction.atomic():
        event_id = announce(BellRang(number=1))
    event = selectors.event_with_id(event_id)

    assert event is not None
    assert selectors.listeners_of(event, [1, 2]) == set()


def test_unread_events_are_noticed_before_they_may_be_read(listener: Listener, ring: Ring) -> None:
    kept = selectors.cursor_of(listener.name)
    assert kept is not None
    start = Cursor(kept.xid, kept.position)

    with transaction.atomic():
        announce(BellRang(number=1))

        assert selectors.has_unread(start)
        assert selectors.events_after(start, limit=10) == []


def test_cursor_before_the_beginning_reads_everything(transactional_db: None) -> None:
    assert selectors.cursor_before(position=-5) == Cursor()


def test_age_of_the_horizon_is_that_of_the_oldest_writer(transactional_db: None) -> None:
    with transaction.atomic():
        announce(BellRang(number=1))

        assert selectors.horizon_age_seconds() > 0
