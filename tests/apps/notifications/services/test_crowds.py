"""Crowds: what is known of many people, read at once, and of nobody else."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.selectors import users_by_ids
from apps.kernel import clock
from apps.notifications.models import Digest, Preference, QuietHours
from apps.notifications.services import crowds
from apps.notifications.services.crowds import Crowd, DigestKey, SentKey
from apps.notifications.types import CategorySettings, Channel
from tests.factories.accounts import UserFactory
from tests.factories.notifications import DeliveryFactory, RegistrationFactory

pytestmark = pytest.mark.django_db

NOON = datetime.fromisoformat("2026-07-01T12:00:00+00:00")
NEWS = CategorySettings(
    key="news", name="News", throttle_limit=3, throttle_seconds=3600, digest_seconds=600
)


def of(*users: User, moment: datetime = NOON, category: CategorySettings = NEWS) -> Crowd:
    people = users_by_ids([user.pk for user in users])
    return Crowd(people, {category.key: category}, moment)


def test_devices_are_the_live_ones_of_each(owner: User, teammate: User) -> None:
    phone = RegistrationFactory.create(user=owner, locale="he")
    RegistrationFactory.create(user=owner, retired_at=clock.now())
    RegistrationFactory.create()

    devices = of(owner, teammate).devices

    assert set(devices) == {owner.pk}
    (device,) = devices[owner.pk]
    assert (device.id, device.service, device.locale) == (phone.pk, "fcm", "he")
    assert device.account_id == phone.account_id


def test_wishes_are_those_on_the_categories_at_hand(owner: User, teammate: User) -> None:
    for user, category in ((owner, "news"), (owner, "other"), (teammate, "other")):
        Preference.objects.create(user=user, category=category, channel="push", is_enabled=False)

    assert of(owner, teammate).preferences == {(owner.pk, "news"): {Channel.PUSH: False}}


def test_quiet_is_by_ones_own_clock(owner: User, teammate: User, stranger: User) -> None:
    User.objects.filter(pk=owner.pk).update(time_zone="Asia/Jerusalem")
    for user, zone in ((owner, ""), (teammate, "America/New_York")):
        QuietHours.objects.create(user=user, starts_at="14:00", ends_at="16:00", time_zone=zone)
    QuietHours.objects.create(user=stranger, starts_at="00:00", ends_at="23:00", is_enabled=False)

    crowd = of(owner, teammate, stranger)

    assert crowd.quiet_until(owner.pk) == NOON + timedelta(hours=1)
    assert crowd.quiet_until(teammate.pk) is None
    assert crowd.quiet_until(stranger.pk) is None


def test_what_was_sent_counts_people_within_the_time(owner: User) -> None:
    delivery = DeliveryFactory.create(
        registration=RegistrationFactory.create(user=owner), recipient__category="news"
    )
    DeliveryFactory.create(
        registration=RegistrationFactory.create(user=owner), recipient=delivery.recipient
    )
    old = DeliveryFactory.create(
        registration=RegistrationFactory.create(user=owner), recipient__category="news"
    )
    moment = clock.now()
    type(old).objects.filter(pk=old.pk).update(created_at=moment - timedelta(hours=2))

    sent = of(owner, moment=moment).sent

    assert dict(sent) == {SentKey(owner.pk, "news", Channel.PUSH): 1}


def test_open_digests_are_those_that_still_gather(owner: User) -> None:
    opened = Digest.objects.create(
        user=owner, category="news", key="a", closes_at=NOON + timedelta(minutes=1)
    )
    Digest.objects.create(user=owner, category="news", key="late", closes_at=NOON)
    Digest.objects.create(user=owner, category="other", key="a", closes_at=opened.closes_at)

    digests = of(owner).digests

    assert {key: each.id for key, each in digests.items()} == {
        DigestKey(owner.pk, "news", "a"): opened.pk
    }


def test_who_is_online_is_asked_only_where_it_matters(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowds, "online_users", set)
    chat = CategorySettings(key="chat", name="Chat", is_push_only_when_offline=True)

    assert of(owner, category=chat).is_online(owner.pk)
    assert not of(owner).is_online(owner.pk)


def test_many_take_no_more_statements_than_one(owner: User) -> None:
    numbers = []
    for people in ([owner], [UserFactory.create() for _ in range(20)]):
        with CaptureQueriesContext(connection) as queries:
            of(*people)
        numbers.append(len(queries))

    assert numbers[0] == numbers[1] <= 8
