"""What a client asks for and is answered, in both codecs; what ends its connection."""

from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from apps.accounts.models import User
from tests.factories.realtime import publish
from tests.realtime_nodes import Phone, RunningNode, token_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("is_binary", [False, True])
def test_both_codecs_hear_what_is_published_in_order(
    node: RunningNode, owner: User, token: str, room: str, is_binary: bool
) -> None:
    own = f"user:{owner.public_id}"
    with Phone(node, is_binary=is_binary) as phone:
        connected = phone.sign_in(token)
        joined = phone.ask("subscribe", channel=room)["subscribe"]

        publish(room, count=5)
        publish(own, count=2)

        first = joined.get("offset", 0)
        assert phone.offsets(room, until=first + 5) == list(range(first + 1, first + 6))
        assert phone.heard(room)[-1][1] == {"number": 4}
        begun = connected["subs"][own]["offset"]
        assert phone.offsets(own, until=begun + 2) == [begun + 1, begun + 2]


def test_room_of_others_is_forbidden(node: RunningNode, stranger: User, room: str) -> None:
    with Phone(node) as phone:
        phone.sign_in(token_of(stranger))

        answers = [
            phone.ask("subscribe", channel=name)["error"]["code"]
            for name in (room, "room:building:nonsense", "nonsense", "user:someone", "x" * 5000)
        ]

        assert answers == [103] * 5
        for command in ("presence", "presence_stats", "history", "publish", "unsubscribe"):
            assert phone.ask(command, channel=room, data={})["error"]["code"] == 103


def test_history_and_rpc_answer_as_the_protocol_says(
    node: RunningNode, token: str, room: str
) -> None:
    publish(room, count=3)
    with Phone(node) as phone:
        phone.sign_in(token)
        phone.ask("subscribe", channel=room)
        top = phone.ask("history", channel=room)["history"]

        found = phone.ask("history", channel=room, limit=2, reverse=True)["history"]

        assert "publications" not in top or top["publications"] == []
        assert [each["data"]["number"] for each in found["publications"]] == [2, 1]
        assert found["offset"] == top["offset"]
        assert phone.ask("rpc", method="x", data={})["error"]["code"] == 104
        assert phone.ask("subscribe", channel=room)["error"]["code"] == 105
        assert phone.ask("unsubscribe", channel=room)["unsubscribe"] == {}
        assert phone.ask("history", channel=room)["error"]["code"] == 103


def test_frame_that_is_no_command_ends_the_connection(node: RunningNode, token: str) -> None:
    frames = ["", "nonsense", "[]", '{"id":1}', '{"id":1,"subscribe":[]}', '{"id":"1","ping":{}}']
    for frame in [
        *frames,
        '{"id":2,"connect":{"token":"x"}}',
        '{"id":1,"subscribe":{"channel":1}}',
    ]:
        with Phone(node) as phone:
            phone.sign_in(token)
            phone.socket.send(frame)

            assert phone.closed() == (3501, "bad request"), frame


def test_command_before_connecting_ends_the_connection(node: RunningNode) -> None:
    with Phone(node) as phone:
        phone.say({"id": 1, "subscribe": {"channel": "user:x"}})

        assert phone.closed() == (3501, "bad request")


def test_flood_of_commands_ends_the_connection(node: RunningNode, token: str) -> None:
    with Phone(node) as phone:
        phone.sign_in(token)
        with suppress(ConnectionClosed):  # the node may hang up while the phone still talks
            for number in range(2, 300):
                phone.say({"id": number, "ping": {}})

        assert phone.closed() == (3013, "too many requests")
