"""A node: connecting, subscribing, hearing, in both codecs, on a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building
from tests.factories.buildings import BuildingFactory
from tests.factories.realtime import read_all, say
from tests.realtime_nodes import Phone, RunningNode, running_node, token_of


@pytest.fixture
def node(tmp_path: Path, transactional_db: None) -> Iterator[RunningNode]:
    with running_node(tmp_path) as running:
        yield running


@pytest.fixture
def building(transactional_db: None, owner: User) -> Building:
    return BuildingFactory.create(owner__user=owner)


@pytest.mark.parametrize("is_binary", [False, True])
def test_both_codecs_hear_what_is_published_in_order(
    node: RunningNode, owner: User, building: Building, is_binary: bool
) -> None:
    room, own = f"room:building:{building.public_id}", f"user:{owner.public_id}"
    token = token_of(owner)
    read_all()

    with Phone(node, is_binary=is_binary) as phone:
        connected = phone.sign_in(token)
        joined = phone.ask("subscribe", channel=room)["subscribe"]

        say(f"building:{building.public_id}", count=5)
        say(f"user:{owner.public_id}", count=2)
        read_all()

        first = joined.get("offset", 0)
        assert phone.offsets(room, until=first + 5)[-5:] == list(range(first + 1, first + 6))
        begun = connected["subs"][own].get("offset", 0)
        assert phone.offsets(own, until=begun + 2)[-2:] == [begun + 1, begun + 2]
        assert phone.heard(room)[-1][1] == {"number": 4}
