"""A node: how many it takes in, and that it keeps them."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
import pytest

from apps.accounts.models import User
from apps.realtime.selectors import presence
from devstack.waiting import wait_until
from tests.factories.buildings import BuildingFactory
from tests.factories.realtime import publish
from tests.own_redis import OwnRedis
from tests.realtime_nodes import IN_TIME, Phone, RunningNode, asked, running_node, token_of

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024


def test_silent_connection_lives_on(node: RunningNode, token: str, room: str) -> None:
    """Longer than whatever waits for something: a request, a token, a pong, an answer of Redis."""
    with Phone(node) as phone:
        phone.sign_in(token)
        first = phone.follow(room)
        phone.stay(13)

        publish(room)

        assert phone.offsets(room, until=first + 1) == [first + 1]
        assert not node.events("connection.closed")


def test_limits_of_channels_and_connections(tmp_path: Path, owner: User) -> None:
    rooms = [BuildingFactory.create(owner__user=owner).public_id for _ in range(3)]
    token = token_of(owner)
    limits: dict[str, Any] = {
        "REALTIME_CHANNELS_PER_CONNECTION": 3,
        "REALTIME_CONNECTIONS_PER_USER": 2,
    }
    with running_node(tmp_path, **limits) as node, Phone(node) as one, Phone(node) as two:
        one.sign_in(token)
        two.sign_in(token)
        answers = [one.ask("subscribe", channel=f"room:building:{room}") for room in rooms]

        assert ["error" in answer for answer in answers] == [False, False, True]
        assert answers[2]["error"]["code"] == 106
        with Phone(node) as three:
            three.say({"id": 1, "connect": {"token": token}})
            assert three.closed() == (3504, "connection limit")


def test_connections_of_a_user_are_counted_over_all_nodes(
    tmp_path: Path, owner: User, token: str
) -> None:
    limit: dict[str, Any] = {"REALTIME_CONNECTIONS_PER_USER": 2}
    with (
        running_node(tmp_path, **limit) as near,
        running_node(tmp_path, **limit) as far,
        Phone(near) as one,
        Phone(far) as two,
        Phone(far) as three,
    ):
        one.sign_in(token)
        two.sign_in(token)
        assert wait_until(lambda: len(presence(f"user:{owner.public_id}")) == 2, seconds=IN_TIME)
        three.say({"id": 1, "connect": {"token": token}})
        assert three.closed() == (3504, "connection limit")


def test_connections_of_a_user_are_counted_by_each_node_without_redis(
    tmp_path: Path, own_redis: OwnRedis, token: str
) -> None:
    patience = {"REDIS_URL": own_redis.url, "REDIS_PATIENCE": "1"}
    limit: dict[str, Any] = {"REALTIME_CONNECTIONS_PER_USER": 1}
    with (
        running_node(tmp_path, environment=patience, **limit) as near,
        running_node(tmp_path, environment=patience, **limit) as far,
        Phone(near) as one,
        Phone(far) as two,
        Phone(far) as three,
    ):
        one.sign_in(token)
        own_redis.stop()
        two.sign_in(token)
        three.say({"id": 1, "connect": {"token": token}})
        assert three.closed() == (3504, "connection limit")


@pytest.mark.system
@pytest.mark.timeout(900)
def test_ten_thousand_joins_leave_the_rest_in_peace(tmp_path: Path, owner: User, room: str) -> None:
    """A hundred connections of one person each enter a room and leave it a hundred times."""
    limits: dict[str, Any] = {
        "REALTIME_CONNECTIONS_PER_USER": 500,
        "REALTIME_COMMANDS_AT_ONCE": 1000,
        # They are read one after the other.
        "REALTIME_PING_SECONDS": 600,
    }
    token = token_of(owner)
    with running_node(tmp_path, **limits) as node, ExitStack() as stack:
        phones = [stack.enter_context(Phone(node)) for _ in range(100)]
        for phone in phones:
            phone.sign_in(token)
        before = node.memory()
        for first in range(100, 1100, 100):
            for phone in phones:
                phone.socket.send(_comings_and_goings(room, first, times=10))
            assert asked(f"{node.url}/health/ready")[0] == 200
            for phone in phones:
                assert "unsubscribe" in phone._reply(first + 19)
                phone.told.clear()

        assert node.memory() - before < 60 * MEGABYTE


def _comings_and_goings(room: str, first: int, *, times: int) -> str:
    commands = [
        orjson.dumps({"id": first + 2 * number + step, command: {"channel": room}}).decode()
        for number in range(times)
        for step, command in enumerate(("subscribe", "unsubscribe"))
    ]
    return "\n".join(commands)
