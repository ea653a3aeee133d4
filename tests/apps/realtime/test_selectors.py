"""Where channels stand, what a client missed, and when that cannot be known."""

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.realtime import selectors
from apps.realtime.models import Channel
from apps.realtime.types import Position
from tests.factories.realtime import number_all, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> str:
    """A channel of five messages."""
    name = f"user:{new_id()}"
    say(name, count=5)
    number_all()
    return name


def _at(channel: str, offset: int) -> Position:
    epoch = selectors.positions([channel])[channel].epoch
    return Position(offset=offset, epoch=epoch)


def test_channel_begins_when_it_is_first_asked_for() -> None:
    name = f"user:{new_id()}"

    first, again = (selectors.positions([name])[name] for _ in range(2))

    assert first.offset == 0
    assert first == again
    assert first.epoch


def test_positions_of_many_are_read_at_once(
    channel: str, django_assert_num_queries: object
) -> None:
    others = [f"user:{new_id()}" for _ in range(20)]
    selectors.positions(others)

    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        found = selectors.positions([channel, *others])

    assert found[channel].offset == 5
    assert len(found) == 21


def test_client_is_given_what_it_missed_and_no_more(channel: str) -> None:
    recovered = selectors.recovery(channel, since=_at(channel, 2))

    assert recovered.is_recovered
    assert [each.offset for each in recovered.publications] == [3, 4, 5]
    assert recovered.publications[0].data == b'{"number":2}'
    assert recovered.position == _at(channel, 5)


def test_client_that_missed_nothing_is_recovered(channel: str) -> None:
    recovered = selectors.recovery(channel, since=_at(channel, 5))

    assert (recovered.is_recovered, recovered.publications) == (True, ())


@pytest.mark.parametrize(
    ("offset", "epoch", "limit"),
    [(2, "of-another", 300), (6, "", 300), (2, "", 2)],
    ids=["another life", "ahead of the channel", "too much"],
)
def test_client_that_cannot_be_given_all_is_told_so(
    channel: str, offset: int, epoch: str, limit: int
) -> None:
    since = Position(offset=offset, epoch=epoch or _at(channel, 0).epoch)

    recovered = selectors.recovery(channel, since=since, limit=limit)

    assert (recovered.is_recovered, recovered.publications) == (False, ())
    assert recovered.position == _at(channel, 5)


@pytest.mark.parametrize("table", ["realtime_publication", "events_log"])
def test_message_that_is_no_longer_kept_is_not_passed_over(channel: str, table: str) -> None:
    third = selectors.publications_after(channel, 2, limit=1)[0]
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE event_id = %s", [third.event_id])

    assert not selectors.recovery(channel, since=_at(channel, 1)).is_recovered
    assert selectors.recovery(channel, since=_at(channel, 3)).is_recovered


def test_channel_that_begins_anew_recovers_nobody(channel: str) -> None:
    since = _at(channel, 2)
    Channel.objects.filter(name=channel).delete()

    assert not selectors.recovery(channel, since=since).is_recovered


def test_history_of_another_life_is_not_given(channel: str) -> None:
    found = selectors.history(channel, since=Position(offset=1, epoch="other"), limit=10)

    assert (found.is_recovered, found.publications) == (False, ())


def test_history_without_any_says_where_the_channel_stands(channel: str) -> None:
    found = selectors.history(channel, limit=0)

    assert (found.position.offset, found.publications) == (5, ())


def test_without_redis_nobody_is_known_to_be_there(owner: User, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert selectors.presence(f"user:{owner.public_id}") == []
    assert selectors.online_users([owner.public_id]) == set()


def test_publications_name_the_work_they_came_from(channel: str) -> None:
    (first,) = selectors.publications_after(channel, 0, limit=1)

    assert first.correlation_id
    assert now() - first.published_at < timedelta(minutes=5)
