"""Teams at Apple that no other test uses: one may sign anew only every 20 minutes."""

from itertools import count

import pytest

from devstack.push.issuing import SigningKey
from devstack.push.services import PushServices

_numbers = count(1)


@pytest.fixture
def team() -> str:
    """A team of its own."""
    return f"TEAM{next(_numbers):06}"


@pytest.fixture
def key(push_services: PushServices, team: str) -> SigningKey:
    """A key of that team."""
    return push_services.consoles.new_key(team)
