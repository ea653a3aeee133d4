"""The hub: everything arrives, in order, whatever becomes of Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.waiting import wait_until
from tests.factories.realtime import publish, read_all, say
from tests.own_redis import OwnRedis
from tests.realtime_nodes import IN_TIME, Phone, RunningNode, running_node

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def node(tmp_path: Path, own_redis: OwnRedis, transactional_db: None) -> Iterator[RunningNode]:
    """A node on a Redis of its own, for which it waits no longer than in production."""
    patience = {"REDIS_URL": own_redis.url, "REDIS_PATIENCE": "1"}
    with running_node(tmp_path, environment=patience) as running:
        yield running


@pytest.fixture
def phone(node: RunningNode, token: str) -> Iterator[Phone]:
    """The owner's, connected."""
    with Phone(node) as connected:
        connected.sign_in(token)
        yield connected


def test_messages_come_though_redis_is_dead(
    node: RunningNode, phone: Phone, own_redis: OwnRedis, token: str, room: str
) -> None:
    """What PostgreSQL knows arrives, in order, while Redis is killed and when it is back."""
    first = phone.follow(room)
    say(room.removeprefix("room:"), count=10)
    own_redis.stop()
    read_all()
    publish(room, count=10)

    assert phone.offsets(room, until=first + 20) == list(range(first + 1, first + 21))
    with Phone(node) as other:
        assert other.sign_in(token)["client"]
        assert other.follow(room) == first + 20
        assert other.ask("presence", channel=room)["error"]["code"] == 108
    own_redis.start()
    assert wait_until(lambda: _is_present(phone, room), seconds=IN_TIME, pause=0.5)


def test_messages_come_though_redis_is_frozen(phone: Phone, own_redis: OwnRedis, room: str) -> None:
    first = phone.follow(room)
    own_redis.freeze()
    publish(room, count=10)

    assert phone.offsets(room, until=first + 10) == list(range(first + 1, first + 11))


def _is_present(phone: Phone, room: str) -> bool:
    return "presence" in phone.ask("presence", channel=room)
