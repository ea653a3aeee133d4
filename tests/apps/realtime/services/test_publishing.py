"""Messages are announced with the caller's own change, or not at all."""

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.events.models import LogEntry
from apps.kernel.ids import new_id
from apps.realtime.errors import MessageTooLarge, UnknownChannel
from apps.realtime.services import disconnect_user, publish_message

pytestmark = pytest.mark.django_db


def test_message_is_for_the_scopes_of_its_channels(owner: User) -> None:
    user, room = f"user:{owner.public_id}", f"building:{new_id()}"

    event_id = publish_message(
        channels=[user, f"room:{room}", user], data={"n": 1}, publisher_id=owner.public_id
    )

    entry = LogEntry.objects.get(event_id=event_id)
    assert entry.audience == [user, room]
    assert entry.payload == {"publisher_id": str(owner.public_id), "data": {"n": 1}}


def test_message_vanishes_with_the_change_it_tells_of(owner: User) -> None:
    with transaction.atomic():
        publish_message(channels=[f"user:{owner.public_id}"], data={})
        transaction.set_rollback(True)

    assert not LogEntry.objects.filter(topic="realtime.message.published").exists()


def test_one_unknown_channel_keeps_all_from_being_sent(owner: User) -> None:
    with pytest.raises(UnknownChannel):
        publish_message(channels=[f"user:{owner.public_id}", "room:garden:1"], data={})

    assert not LogEntry.objects.filter(topic="realtime.message.published").exists()


def test_message_is_measured_in_bytes(owner: User) -> None:
    with pytest.raises(MessageTooLarge):
        publish_message(channels=[f"user:{owner.public_id}"], data={"text": "ש" * 9_000})


def test_disconnecting_is_for_the_user_to_hear(owner: User) -> None:
    disconnect_user(user_id=owner.public_id)

    entry = LogEntry.objects.get(topic="realtime.user.disconnected")
    assert entry.audience == [f"user:{owner.public_id}"]
    assert entry.payload["code"] == 3503
