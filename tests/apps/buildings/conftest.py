"""A house with its people, and what the log says of it."""

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.buildings.types import Role
from apps.events.selectors import latest_events
from apps.events.types import LoggedEvent
from tests.factories.accounts import UserFactory
from tests.factories.buildings import BuildingFactory, MemberFactory


@pytest.fixture
def house(owner: User) -> Building:
    """The owner's building."""
    return BuildingFactory.create(name="Lighthouse", owner__user=owner)


@pytest.fixture
def manager(house: Building) -> User:
    """Who runs the house."""
    return MemberFactory.create(building=house, role=Role.MANAGER, user__name="Mia Manager").user


@pytest.fixture
def resident(house: Building, teammate: User) -> User:
    """Who lives in the house."""
    return MemberFactory.create(building=house, user=teammate).user


@pytest.fixture
def neighbour(house: Building) -> User:
    """Who lives in the house too."""
    return MemberFactory.create(building=house, user=UserFactory.create(name="Nora Neighbour")).user


def events_of(house: Building) -> list[LoggedEvent]:
    """What the log says of a house, oldest first."""
    told = latest_events(limit=200, topic_prefix="buildings.")
    return [event for event in told if event.payload["building_id"] == str(house.public_id)]


def topics_of(house: Building) -> list[str]:
    """The topics of what the log says of a house, oldest first."""
    return [event.topic for event in events_of(house)]
