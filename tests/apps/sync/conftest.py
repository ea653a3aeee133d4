"""Devices that sync, and the house they do it in."""

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.sync.models import SyncState
from apps.sync.types import Caller
from tests.factories.buildings import BuildingFactory, MemberFactory


def device_of(user: User, installation_id: str = "phone") -> Caller:
    """Return one installation of the app, signed in as the user."""
    state, _ = SyncState.objects.get_or_create(user=user, installation_id=installation_id)
    return Caller(
        user_id=user.pk,
        user_public_id=user.public_id,
        state_id=state.pk,
        installation_id=installation_id,
    )


@pytest.fixture
def house(owner: User, teammate: User) -> Building:
    """The owner's building, in which the teammate lives."""
    house = BuildingFactory.create(name="Lighthouse", owner__user=owner)
    MemberFactory.create(building=house, user=teammate)
    return house


@pytest.fixture
def phone(owner: User) -> Caller:
    """The owner's phone."""
    return device_of(owner)


@pytest.fixture
def tablet(owner: User) -> Caller:
    """The owner's other device."""
    return device_of(owner, "tablet")


@pytest.fixture
def teammates_phone(teammate: User) -> Caller:
    """The phone of who lives in the house."""
    return device_of(teammate)


@pytest.fixture
def strangers_phone(stranger: User) -> Caller:
    """The phone of who has no business in the house."""
    return device_of(stranger)
