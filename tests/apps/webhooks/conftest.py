"""A partner on loopback, and leave to reach it."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.hostile_server import HostileServer, hostile_server


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


@pytest.fixture
def partner() -> Iterator[HostileServer]:
    with hostile_server() as server:
        yield server
