"""Who may hear a channel, and who may speak on it."""

import pytest

from apps.accounts.models import User
from apps.kernel.ids import new_id
from apps.realtime.access import allowed_among, may_publish, may_subscribe
from tests.factories.buildings import BuildingFactory

pytestmark = pytest.mark.django_db


def test_own_channel_is_heard_by_its_user_alone(owner: User, stranger: User) -> None:
    channel = f"user:{owner.public_id}"

    assert _may(owner, channel)
    assert not _may(stranger, channel)


def test_room_is_heard_by_whom_its_app_says(owner: User, stranger: User) -> None:
    channel = f"room:building:{BuildingFactory.create(owner__user=owner).public_id}"

    assert _may(owner, channel)
    assert not _may(stranger, channel)
    both = {owner.pk: owner.public_id, stranger.pk: stranger.public_id}
    assert allowed_among(channel=channel, users=both) == {owner.pk}


def test_nobody_hears_what_is_no_channel(owner: User) -> None:
    assert not _may(owner, f"room:garden:{new_id()}")
    assert not _may(owner, f"room:building:{new_id()}")


def test_members_publish_only_where_the_room_lets_them(owner: User) -> None:
    room = f"room:building:{BuildingFactory.create(owner__user=owner).public_id}"

    for channel in (room, f"user:{owner.public_id}", "nonsense"):
        assert not may_publish(user_id=owner.pk, user_public_id=owner.public_id, channel=channel)


def _may(user: User, channel: str) -> bool:
    return may_subscribe(user_id=user.pk, user_public_id=user.public_id, channel=channel)
