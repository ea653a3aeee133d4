"""Topics: subscribed to once, and no more than one may."""

from uuid import uuid4

import pytest

from apps.accounts.models import User
from apps.kernel.errors import Invalid, NotFound
from apps.notifications.errors import TooManyTopics
from apps.notifications.models import TopicSubscription
from apps.notifications.services import leave_topic, subscribe_to_topic, topics
from tests.apps.notifications.telling import told

pytestmark = pytest.mark.django_db


def test_second_time_changes_nothing(owner: User, teammate: User) -> None:
    first = subscribe_to_topic(user_id=owner.pk, topic="lift-news")

    assert subscribe_to_topic(user_id=owner.pk, topic="lift-news") == first
    assert subscribe_to_topic(user_id=teammate.pk, topic="lift-news") != first
    assert TopicSubscription.objects.count() == 2


def test_only_ones_own_is_left(owner: User, teammate: User) -> None:
    subscribed = subscribe_to_topic(user_id=owner.pk, topic="lift-news")

    for user_id, subscription_id in ((teammate.pk, subscribed), (owner.pk, uuid4())):
        with pytest.raises(NotFound):
            leave_topic(user_id=user_id, subscription_id=subscription_id)
    leave_topic(user_id=owner.pk, subscription_id=subscribed)

    assert not TopicSubscription.objects.exists()


def test_subscribing_and_leaving_is_announced_once(owner: User) -> None:
    for _ in range(2):
        subscribed = subscribe_to_topic(user_id=owner.pk, topic="lift-news")
    leave_topic(user_id=owner.pk, subscription_id=subscribed)

    payload = {
        "user_id": str(owner.public_id),
        "subscription_id": str(subscribed),
        "name": "lift-news",
    }
    assert told("topic.subscribed") == [payload]
    assert told("topic.left") == [payload]


@pytest.mark.parametrize("name", ["", "Lift", "-lift", "a b", "x" * 81])
def test_what_is_no_name_is_refused(owner: User, name: str) -> None:
    with pytest.raises(Invalid):
        subscribe_to_topic(user_id=owner.pk, topic=name)


def test_there_is_an_end_to_how_many(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "MOST_TOPICS", 1)
    subscribe_to_topic(user_id=owner.pk, topic="one")

    with pytest.raises(TooManyTopics):
        subscribe_to_topic(user_id=owner.pk, topic="two")
