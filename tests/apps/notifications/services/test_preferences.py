"""Preferences: people's words on channels, and their quiet hours."""

from datetime import time
from typing import Any

import pytest

from apps.accounts.errors import UnknownTimeZone
from apps.accounts.models import User
from apps.events.selectors import latest_events
from apps.kernel.errors import AppError, Invalid
from apps.notifications.errors import MandatoryCategory, UnknownCategory
from apps.notifications.models import Preference, QuietHours
from apps.notifications.selectors import preferences_of, quiet_hours_of
from apps.notifications.services import change_preferences, set_quiet_hours
from apps.notifications.types import Channel, PreferenceChange, QuietHoursSetting
from tests.apps.notifications.asking import category

pytestmark = pytest.mark.django_db


def switch(key: str, channel: Channel, *, to: bool | None) -> PreferenceChange:
    return PreferenceChange(category=key, channel=channel, is_enabled=to)


def news_of(user: User) -> dict[str, bool]:
    """Return by which ways the user is sent news."""
    (news,) = (each for each in preferences_of(user_id=user.pk) if each.key == "news")
    return {"push": news.push, "email": news.email, "inbox": news.inbox}


def test_channels_are_as_usual_until_somebody_says_otherwise(owner: User, teammate: User) -> None:
    category(channels=["push", "inbox"])
    changes = [
        switch("news", Channel.PUSH, to=False),
        switch("news", Channel.EMAIL, to=True),
    ]

    change_preferences(user_id=owner.pk, changes=changes)

    assert news_of(owner) == {"push": False, "email": True, "inbox": True}
    assert news_of(teammate) == {"push": True, "email": False, "inbox": True}
    told = latest_events(limit=9, topic_prefix="notifications.preferences.changed")
    assert [event.audience for event in told] == [(f"user:{owner.public_id}",)]


def test_word_can_be_changed_and_taken_back(owner: User) -> None:
    category(channels=["push"])
    for wish in (False, True, False):
        change_preferences(user_id=owner.pk, changes=[switch("news", Channel.PUSH, to=wish)])
    assert Preference.objects.count() == 1
    assert not news_of(owner)["push"]

    change_preferences(user_id=owner.pk, changes=[switch("news", Channel.PUSH, to=None)])

    assert not Preference.objects.exists()
    assert news_of(owner)["push"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (switch("alarms", Channel.PUSH, to=False), MandatoryCategory),
        (switch("nothing", Channel.PUSH, to=False), UnknownCategory),
    ],
)
def test_one_refused_change_leaves_all_as_it_was(
    owner: User, change: PreferenceChange, error: type[AppError]
) -> None:
    category()
    category("alarms", is_mandatory=True)

    with pytest.raises(error):
        change_preferences(
            user_id=owner.pk, changes=[switch("news", Channel.PUSH, to=False), change]
        )

    assert not Preference.objects.exists()


def test_channel_added_to_what_is_mandatory_can_be_taken_away_again(owner: User) -> None:
    category(is_mandatory=True, channels=["push"])
    for wish in (True, False):
        change_preferences(user_id=owner.pk, changes=[switch("news", Channel.EMAIL, to=wish)])

    assert news_of(owner) == {"push": True, "email": False, "inbox": False}


def test_mandatory_is_shown_as_on_whatever_was_said_before(owner: User) -> None:
    category(is_mandatory=True, channels=["push"])
    for channel in (Channel.PUSH, Channel.EMAIL):
        Preference.objects.create(
            user=owner, category="news", channel=channel, is_enabled=channel == Channel.EMAIL
        )

    assert news_of(owner) == {"push": True, "email": True, "inbox": False}


def test_quiet_hours_are_usual_and_off_until_they_are_set(owner: User) -> None:
    assert quiet_hours_of(user_id=owner.pk) == QuietHoursSetting()

    set_quiet_hours(user_id=owner.pk, is_enabled=True)

    setting = quiet_hours_of(user_id=owner.pk)
    assert (setting.is_enabled, setting.starts_at, setting.ends_at) == (True, time(22), time(7))


def test_what_is_not_named_stays(owner: User) -> None:
    set_quiet_hours(user_id=owner.pk, is_enabled=True, time_zone="Asia/Jerusalem")

    set_quiet_hours(user_id=owner.pk, starts_at=time(23), weekdays=[7, 5, 7])

    assert quiet_hours_of(user_id=owner.pk) == QuietHoursSetting(
        is_enabled=True, starts_at=time(23), weekdays=(5, 7), time_zone="Asia/Jerusalem"
    )
    assert QuietHours.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"starts_at": time(7)}, Invalid),
        ({"weekdays": []}, Invalid),
        ({"weekdays": [0]}, Invalid),
        ({"weekdays": [8]}, Invalid),
        ({"time_zone": "Mars/Olympus"}, UnknownTimeZone),
    ],
)
def test_hours_that_are_none_are_refused(
    owner: User, change: dict[str, Any], error: type[AppError]
) -> None:
    with pytest.raises(error):
        set_quiet_hours(user_id=owner.pk, **change)

    assert not QuietHours.objects.exists()
