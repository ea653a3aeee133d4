"""A node, a room and who may enter it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building
from tests.factories.buildings import BuildingFactory
from tests.factories.realtime import read_all
from tests.own_redis import own_redis
from tests.realtime_nodes import RunningNode, running_node, token_of

__all__ = ["own_redis"]


@pytest.fixture
def node(tmp_path: Path, transactional_db: None) -> Iterator[RunningNode]:
    """A node with the usual settings."""
    with running_node(tmp_path) as running:
        yield running


@pytest.fixture
def building(owner: User) -> Building:
    """A building of the owner's."""
    building: Building = BuildingFactory.create(owner__user=owner)
    return building


@pytest.fixture
def room(building: Building) -> str:
    """Its room."""
    return f"room:building:{building.public_id}"


@pytest.fixture
def token(owner: User) -> str:
    """A token of the owner, of whose sign-in the log has been read."""
    token = token_of(owner)
    read_all()
    return token
