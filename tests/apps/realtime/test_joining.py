"""How a connection comes to follow a channel: what it missed comes first, and once."""

import pytest

from apps.accounts.models import User
from tests.factories.realtime import publish
from tests.realtime_nodes import Phone, RunningNode

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("is_binary", [False, True])
def test_what_was_missed_comes_with_the_subscription(
    node: RunningNode, token: str, room: str, is_binary: bool
) -> None:
    with Phone(node, is_binary=is_binary) as phone:
        phone.sign_in(token)
        before = phone.ask("subscribe", channel=room)["subscribe"]
        phone.cut()
    publish(room, count=10)

    with Phone(node, is_binary=is_binary) as phone:
        phone.sign_in(token)
        position = {"epoch": before["epoch"], "offset": before.get("offset", 0)}
        after = phone.ask("subscribe", channel=room, recover=True, **position)["subscribe"]
        publish(room, count=1)

        first = position["offset"]
        assert after["recovered"] is True
        assert after["was_recovering"] is True
        missed = [each["offset"] for each in after["publications"]]
        assert missed == list(range(first + 1, first + 11))
        assert phone.offsets(room, until=first + 11) == [first + 11]


def test_own_channel_recovers_by_the_connection(node: RunningNode, owner: User, token: str) -> None:
    own = f"user:{owner.public_id}"
    with Phone(node) as phone:
        before = phone.sign_in(token)["subs"][own]
    publish(own, count=3)

    with Phone(node) as phone:
        asked = {"recover": True, "epoch": before["epoch"], "offset": before["offset"]}
        after = phone.sign_in(token, subs={own: asked})["subs"][own]

        assert after["recovered"] is True
        assert len(after["publications"]) == 3


@pytest.mark.parametrize("position", [{"epoch": "another", "offset": 1}, {"offset": 10**9}])
def test_position_that_cannot_be_recovered_says_so(
    node: RunningNode, token: str, room: str, position: dict[str, object]
) -> None:
    publish(room)

    with Phone(node) as phone:
        phone.sign_in(token)
        joined = phone.ask("subscribe", channel=room, recover=True, **position)["subscribe"]

        assert joined["was_recovering"] is True
        assert joined["recovered"] is False
        assert joined["offset"] >= 1
