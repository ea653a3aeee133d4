"""The hub: everything arrives, in order, whatever becomes of Redis."""

from pathlib import Path

import pytest

from devstack.waiting import wait_until
from tests.factories.realtime import read_all, say
from tests.own_redis import OwnRedis
from tests.realtime_nodes import IN_TIME, Phone, running_node

pytestmark = pytest.mark.django_db(transaction=True)


def test_messages_come_though_redis_is_dead(
    tmp_path: Path, own_redis: OwnRedis, token: str, room: str
) -> None:
    """What PostgreSQL knows arrives, in order, while Redis is killed and when it is back."""
    patience = {"REDIS_URL": own_redis.url, "REDIS_PATIENCE": "1"}
    with running_node(tmp_path, environment=patience) as node, Phone(node) as phone:
        phone.sign_in(token)
        first = phone.ask("subscribe", channel=room)["subscribe"].get("offset", 0)
        say(room.removeprefix("room:"), count=10)
        own_redis.stop()
        read_all()
        say(room.removeprefix("room:"), count=10)
        read_all()

        assert phone.offsets(room, until=first + 20) == list(range(first + 1, first + 21))
        with Phone(node) as other:
            assert other.sign_in(token)["client"]
            assert other.ask("subscribe", channel=room)["subscribe"]["offset"] == first + 20
            assert other.ask("presence", channel=room)["error"]["code"] == 108
        own_redis.start()
        assert wait_until(
            lambda: room in str(phone.ask("subscribe", channel=room)) or _is_present(phone, room),
            seconds=IN_TIME,
            pause=0.5,
        )


def test_messages_come_though_redis_is_frozen(
    tmp_path: Path, own_redis: OwnRedis, token: str, room: str
) -> None:
    patience = {"REDIS_URL": own_redis.url, "REDIS_PATIENCE": "1"}
    with running_node(tmp_path, environment=patience) as node, Phone(node) as phone:
        phone.sign_in(token)
        first = phone.ask("subscribe", channel=room)["subscribe"].get("offset", 0)
        own_redis.freeze()
        say(room.removeprefix("room:"), count=10)
        read_all()

        assert phone.offsets(room, until=first + 10) == list(range(first + 1, first + 11))


def _is_present(phone: Phone, room: str) -> bool:
    return "presence" in phone.ask("presence", channel=room)
