"""A person's connections as the operator sees them; actions are tested with the console's views."""

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.console.types import Order, Person, Tone
from apps.events.models import LogEntry
from apps.realtime.person import SECTION
from tests.factories.realtime import ConnectionFactory

pytestmark = pytest.mark.django_db


def _person(user: User) -> Person:
    return Person(id=user.pk, public_id=user.public_id)


def test_open_connections_are_rows_and_ended_ones_entries(owner: User) -> None:
    is_open = ConnectionFactory.create(user=owner)
    ended = ConnectionFactory.create(
        user=owner,
        closed_at=is_open.opened_at + timedelta(seconds=90),
        close_code=3008,
        close_reason="slow",
    )
    ConnectionFactory.create()

    (row,) = SECTION.rows(_person(owner))
    (entry,) = SECTION.entries(_person(owner), None, 9)

    assert (row.key, row.tone) == (is_open.public_id, Tone.GOOD)
    assert (entry.key, entry.tone) == (ended.public_id, Tone.CALM)
    assert "with 3008" in entry.title
    assert "slow" in entry.detail


def test_ended_connections_are_paged(owner: User) -> None:
    older, newer = (
        ConnectionFactory.create(user=owner, closed_at=owner.created_at) for _ in range(2)
    )

    (first,) = SECTION.entries(_person(owner), None, 1)
    (second,) = SECTION.entries(_person(owner), first.key, 9)

    assert (first.key, second.key) == (newer.public_id, older.public_id)


def test_disconnecting_is_announced(owner: User) -> None:
    (offered,) = SECTION.offered(_person(owner))
    action = SECTION.action(offered)
    assert action is not None
    action.run(Order(person=_person(owner), target=None, by=1))

    assert LogEntry.objects.filter(topic="realtime.user.disconnected").count() == 1
