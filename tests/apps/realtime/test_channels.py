"""Names of channels, and who may hear them."""

import pytest

from apps.accounts.models import User
from apps.kernel.ids import new_id
from apps.realtime.access import allowed_among, may_publish, may_subscribe
from apps.realtime.channels import channels_of, parsed
from apps.realtime.errors import UnknownChannel
from tests.factories.buildings import BuildingFactory

ID = "018f0000-0000-7000-8000-00000000abcd"


def test_name_says_for_whom_the_channel_is() -> None:
    public_id = new_id()

    hers, room = parsed(f"user:{public_id}"), parsed(f"room:building:{public_id}")

    assert (hers.kind, hers.scope) == ("user", f"user:{public_id}")
    assert (room.kind, room.scope) == ("room", f"building:{public_id}")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "user",
        "user:",
        "user:42",
        "room:building",
        "room:building:",
        f"room:garden:{ID}",
        f"building:{ID}",
        f"user:{ID}".upper(),
        f"user:{ID.replace('-', '')}",
        f"user:{{{ID}}}",
        f"user:{ID}:x",
        "room:user:" + ID,
        "user:" + "a" * 10_000,
    ],
)
def test_other_names_are_no_channels(name: str) -> None:
    with pytest.raises(UnknownChannel) as caught:
        parsed(name)

    assert len(str(caught.value)) < 200


def test_scopes_become_channels_once_and_in_order() -> None:
    user, house = f"user:{new_id()}", f"building:{new_id()}"

    assert channels_of((house, user, house, f"about:{new_id()}")) == (f"room:{house}", user)


@pytest.mark.django_db
def test_own_channel_is_heard_by_its_user_alone(owner: User, stranger: User) -> None:
    channel = f"user:{owner.public_id}"

    assert _may(owner, channel)
    assert not _may(stranger, channel)


@pytest.mark.django_db
def test_room_is_heard_by_whom_its_app_says(owner: User, stranger: User) -> None:
    channel = f"room:building:{BuildingFactory.create(owner__user=owner).public_id}"

    assert _may(owner, channel)
    assert not _may(stranger, channel)
    both = {owner.pk: owner.public_id, stranger.pk: stranger.public_id}
    assert allowed_among(channel=channel, users=both) == {owner.pk}


@pytest.mark.django_db
def test_nobody_hears_what_is_no_channel(owner: User) -> None:
    assert not _may(owner, f"room:garden:{new_id()}")
    assert not _may(owner, f"room:building:{new_id()}")


@pytest.mark.django_db
def test_members_publish_only_where_the_room_lets_them(owner: User) -> None:
    room = f"room:building:{BuildingFactory.create(owner__user=owner).public_id}"

    for channel in (room, f"user:{owner.public_id}", "nonsense"):
        assert not may_publish(user_id=owner.pk, user_public_id=owner.public_id, channel=channel)


def _may(user: User, channel: str) -> bool:
    return may_subscribe(user_id=user.pk, user_public_id=user.public_id, channel=channel)
