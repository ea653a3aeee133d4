"""Devices are told on the channels of the scopes that changed; other scopes tell nobody."""

import pytest

from apps.accounts.models import User
from apps.events.selectors import latest_events
from apps.kernel.ids import new_id
from apps.sync.services import tell_changed
from apps.sync.services.telling import channel_of

pytestmark = pytest.mark.django_db


def test_scope_is_told_on_its_channel(owner: User) -> None:
    scope = f"user:{owner.public_id}"

    tell_changed({scope: "9f86d081884c7d65", f"planet:{new_id()}": ""})

    (said,) = [
        event
        for event in latest_events(limit=10, topic_prefix="realtime.message.published")
        if scope in event.audience
    ]
    assert said.payload["data"] == {
        "event": "sync.changed",
        "payload": {"scope": scope, "device": "9f86d081884c7d65"},
    }


def test_channels_are_those_of_people_and_rooms() -> None:
    assert channel_of("user:1") == "user:1"
    assert channel_of("building:1") == "room:building:1"
    assert channel_of("planet:1") == ""
