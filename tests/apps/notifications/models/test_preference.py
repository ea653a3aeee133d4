"""What people want, in the tables: once each, and as they would say it."""

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.notifications.models import Preference, QuietHours, TopicSubscription

pytestmark = pytest.mark.django_db


def test_word_on_a_channel_of_a_category_is_one(owner: User) -> None:
    wish = {"user": owner, "category": "news", "channel": "push"}
    preference = Preference.objects.create(**wish, is_enabled=False)

    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(**wish, is_enabled=True)

    assert str(preference) == "news by push: off"


def test_quiet_hours_are_one_and_every_day_unless_said(owner: User) -> None:
    QuietHours.objects.create(user=owner, starts_at="22:00", ends_at="07:00")

    with pytest.raises(IntegrityError), transaction.atomic():
        QuietHours.objects.create(user=owner, starts_at="23:00", ends_at="07:00")

    quiet = QuietHours.objects.get()
    assert quiet.weekdays == [1, 2, 3, 4, 5, 6, 7]
    assert str(quiet) == "22:00 to 07:00"


def test_subscription_is_one(owner: User) -> None:
    TopicSubscription.objects.create(user=owner, topic="lift")

    with pytest.raises(IntegrityError), transaction.atomic():
        TopicSubscription.objects.create(user=owner, topic="lift")
