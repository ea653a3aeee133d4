"""What people want, as it comes in and goes out over HTTP."""

from typing import Any

import pytest

from apps.notifications.api.preference_serializers import PreferencesIn, QuietHoursIn, TopicIn
from apps.notifications.types import Channel, PreferenceChange


def test_changes_come_out_as_the_services_take_them() -> None:
    changes = [{"category": "news", "channel": "email", "is_enabled": None}]
    serializer = PreferencesIn(data={"changes": changes})

    assert serializer.is_valid()

    assert serializer.wishes() == [
        PreferenceChange(category="news", channel=Channel.EMAIL, is_enabled=None)
    ]


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [{"category": "news", "channel": "email"}],
        [{"category": "news", "channel": "pigeon", "is_enabled": True}],
        [{"category": "news", "channel": "email", "is_enabled": True}] * 201,
    ],
)
def test_what_is_no_change_is_refused(changes: list[dict[str, Any]]) -> None:
    assert not PreferencesIn(data={"changes": changes}).is_valid()


@pytest.mark.parametrize(
    "change", [{"starts_at": "25:00"}, {"weekdays": [0]}, {"weekdays": []}, {"weekdays": [1] * 8}]
)
def test_what_are_no_hours_is_refused(change: dict[str, Any]) -> None:
    assert not QuietHoursIn(data=change).is_valid()


@pytest.mark.parametrize("topic", ["", "Lift", "a b", "-a", "a" * 81])
def test_what_is_no_topic_is_refused(topic: str) -> None:
    assert not TopicIn(data={"topic": topic}).is_valid()
