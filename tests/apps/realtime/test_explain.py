"""Each reason why somebody did not get a message is found and named."""

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.accounts.selectors import user_by_public_id
from apps.accounts.types import UserSummary
from apps.events.models import LogEntry
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.realtime.explain import Explanation, explain_event, explain_number
from apps.realtime.models import Publication
from tests.factories.buildings import BuildingFactory
from tests.factories.realtime import ConnectionFactory, number_all, say

pytestmark = pytest.mark.django_db


def _summary(user: User) -> UserSummary:
    found = user_by_public_id(user.public_id)
    assert found is not None
    return found


def _published(*scopes: str) -> LogEntry:
    say(*scopes)
    number_all()
    return LogEntry.objects.latest("position")


def _told(explanation: Explanation) -> str:
    return "\n".join(each.detail for each in explanation.findings)


def test_event_that_never_was_is_named(owner: User) -> None:
    explanation = explain_event(user=_summary(owner), event_id=new_id())

    assert "no event of that id" in explanation.verdict


def test_event_for_no_channel_is_named(owner: User) -> None:
    entry = _published(f"about:{owner.public_id}")

    assert "No channel" in explain_event(user=_summary(owner), event_id=entry.event_id).verdict


def test_event_that_the_consumer_has_not_read_is_named(owner: User) -> None:
    say(f"user:{owner.public_id}")
    entry = LogEntry.objects.latest("position")

    explanation = explain_event(user=_summary(owner), event_id=entry.event_id)

    assert "has not read the event yet" in explanation.verdict


def test_person_who_may_not_hear_is_named(owner: User, stranger: User) -> None:
    entry = _published(f"building:{BuildingFactory.create(owner__user=owner).public_id}")

    explanation = explain_event(user=_summary(stranger), event_id=entry.event_id)

    assert explanation.verdict == "They may hear none of its channels now."


def test_person_who_was_not_connected_is_named(owner: User) -> None:
    entry = _published(f"user:{owner.public_id}")
    ConnectionFactory.create(user=owner, closed_at=now() - timedelta(minutes=1))

    explanation = explain_event(user=_summary(owner), event_id=entry.event_id)

    assert explanation.verdict == "They had no connection open then."


def test_connection_that_was_closed_before_it_was_sent_is_named_with_its_code(owner: User) -> None:
    channel = f"user:{owner.public_id}"
    entry = _published(channel)
    ConnectionFactory.create(
        user=owner,
        opened_at=now() - timedelta(minutes=5),
        closed_at=now() + timedelta(seconds=1),
        close_code=3008,
        positions={channel: 0},
    )

    explanation = explain_event(user=_summary(owner), event_id=entry.event_id)

    assert "sent up to #0 only" in explanation.verdict
    assert "with 3008: it read too slowly" in explanation.verdict


def test_connection_that_was_sent_it_clears_the_server(owner: User) -> None:
    channel = f"user:{owner.public_id}"
    entry = _published(channel)
    ConnectionFactory.create(
        user=owner, opened_at=now() - timedelta(minutes=5), positions={channel: 1}
    )

    explanation = explain_event(user=_summary(owner), event_id=entry.event_id)

    assert "look at the app" in explanation.verdict
    assert "sent up to #1" in _told(explanation)


def test_connection_that_came_later_and_recovered_it_clears_the_server(owner: User) -> None:
    channel = f"user:{owner.public_id}"
    entry = _published(channel)
    ConnectionFactory.create(
        user=owner, opened_at=now() + timedelta(minutes=5), positions={channel: 1}
    )

    explanation = explain_event(user=_summary(owner), event_id=entry.event_id)

    assert "look at the app" in explanation.verdict


def test_connection_that_was_not_on_the_room_is_named(owner: User) -> None:
    house = BuildingFactory.create(owner__user=owner)
    entry = _published(f"building:{house.public_id}")
    ConnectionFactory.create(
        user=owner,
        opened_at=now() - timedelta(minutes=5),
        positions={f"user:{owner.public_id}": 0},
    )

    explanation = explain_event(user=_summary(owner), event_id=entry.event_id)

    assert f"was not on room:building:{house.public_id}" in _told(explanation)


def test_connection_of_which_nothing_is_told_yet_is_not_said_to_have_missed_it(
    owner: User,
) -> None:
    entry = _published(f"user:{owner.public_id}")
    ConnectionFactory.create(user=owner, opened_at=now() - timedelta(minutes=5), positions={})

    explanation = explain_event(user=_summary(owner), event_id=entry.event_id)

    assert "Its node has yet to tell what it was sent." in _told(explanation)


def test_number_is_explained_like_its_event(owner: User) -> None:
    channel = f"user:{owner.public_id}"
    entry = _published(channel)

    by_number = explain_number(user=_summary(owner), channel=channel, offset=1)

    assert by_number == explain_event(user=_summary(owner), event_id=entry.event_id)


def test_numbers_that_were_never_given_or_are_gone_are_named(owner: User) -> None:
    channel = f"user:{owner.public_id}"
    _published(channel)

    ahead = explain_number(user=_summary(owner), channel=channel, offset=2)
    Publication.objects.filter(channel__name=channel).delete()
    gone = explain_number(user=_summary(owner), channel=channel, offset=1)
    unknown = explain_number(user=_summary(owner), channel=f"user:{new_id()}", offset=1)

    assert ahead.verdict == "Number 2 was never given: the channel is at 1."
    assert gone.verdict == "Number 1 is no longer kept."
    assert unknown.verdict == "Number 1 was never given: the channel is at 0."
