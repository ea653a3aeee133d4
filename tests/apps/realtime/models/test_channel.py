"""A channel's life has a name of its own."""

import pytest

from apps.realtime.models import Channel
from apps.realtime.models.channel import new_epoch


def test_no_two_lives_have_one_name() -> None:
    assert len({new_epoch() for _ in range(100)}) == 100


@pytest.mark.django_db
def test_channel_is_shown_by_its_name_and_begins_at_nought() -> None:
    channel = Channel.objects.create(name="user:1")

    assert (str(channel), channel.top, len(channel.epoch)) == ("user:1", 0, 8)
