"""Targets: who comes next, in order, from one on."""

import pytest

from apps.accounts.models import User
from apps.notifications.models import Notification, TopicSubscription
from apps.notifications.services.targets import people_after, stored_target
from apps.notifications.types import Target, TargetKind
from tests.apps.notifications.asking import to
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    return [UserFactory.create() for _ in range(4)]


def walked(target: Target) -> list[list[int]]:
    """Return the people of a target, three at a time."""
    asked = Notification(target_kind=target.kind, target=stored_target(target))
    groups = []
    while group := people_after(asked, limit=3):
        groups.append(group)
        asked.expanded_until = group[-1]
    return groups


def test_users_come_once_in_order_of_their_ids(people: list[User]) -> None:
    ids = [user.pk for user in people]

    assert walked(to(*reversed(people), people[0])) == [ids[:3], ids[3:]]


def test_topic_is_walked_as_it_is_now(people: list[User]) -> None:
    for user in reversed(people):
        TopicSubscription.objects.create(user=user, topic="lift")
    ids = [user.pk for user in people]

    assert walked(Target(kind=TargetKind.TOPIC, name="lift")) == [ids[:3], ids[3:]]
    assert walked(Target(kind=TargetKind.TOPIC, name="nothing")) == []


def test_segment_is_asked_from_the_last_one_on(people: list[User]) -> None:
    ids = [user.pk for user in people]

    assert walked(Target(kind=TargetKind.SEGMENT, name="people")) == [ids[:3], ids[3:]]
