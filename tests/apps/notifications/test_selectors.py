"""Reads of notifications: whose, and how many."""

import pytest

from apps.accounts.models import User
from apps.kernel import clock
from apps.notifications.models import InboxItem, Notification, TopicSubscription
from apps.notifications.selectors import (
    devices_of,
    inbox_counts,
    inbox_items_of,
    notifications,
    provider_accounts,
    topics_of,
    unread_counts,
    web_push_keys,
)
from apps.notifications.types import InboxCounts
from tests.factories.notifications import (
    AccountFactory,
    InboxItemFactory,
    NotificationFactory,
    RegistrationFactory,
)

pytestmark = pytest.mark.django_db


def test_unread_is_what_is_neither_read_nor_archived(owner: User, teammate: User) -> None:
    for user in (owner, owner, teammate):
        InboxItemFactory.create(user=user)
    for change in ("read_at", "archived_at"):
        item = InboxItemFactory.create(user=owner)
        InboxItem.objects.filter(pk=item.pk).update(**{change: clock.now()})

    assert unread_counts([owner.pk, teammate.pk]) == {owner.pk: 2, teammate.pk: 1}
    assert inbox_counts(user_id=owner.pk) == InboxCounts(unread=2, unseen=3)
    assert inbox_items_of(user_id=owner.pk).count() == 4


def test_rows_are_those_of_the_person(owner: User, stranger: User) -> None:
    device = RegistrationFactory.create(user=owner)
    RegistrationFactory.create(user=owner, retired_at=clock.now())
    topic = TopicSubscription.objects.create(user=owner, topic="lift")

    assert list(devices_of(user_id=owner.pk)) == [device]
    assert list(topics_of(user_id=owner.pk)) == [topic]
    assert not devices_of(user_id=stranger.pk).exists()
    assert not topics_of(user_id=stranger.pk).exists()


def test_operators_see_everything_that_is_kept() -> None:
    asked = NotificationFactory.create()
    account = AccountFactory.create(service="web_push", is_enabled=False)

    assert list(notifications()) == [asked] == list(Notification.objects.all())
    assert account in provider_accounts()
    assert not web_push_keys().exists()
