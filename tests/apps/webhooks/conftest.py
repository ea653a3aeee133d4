"""A partner on loopback with leave to reach it, and what the log says of endpoints."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from apps.events.selectors import latest_events
from apps.events.types import LoggedEvent
from tests.hostile_server import HostileServer, hostile_server


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


@pytest.fixture
def partner() -> Iterator[HostileServer]:
    with hostile_server() as server:
        yield server


def told_of(endpoint_id: UUID) -> list[LoggedEvent]:
    """What the log says of an endpoint, oldest first."""
    told = latest_events(limit=200, topic_prefix="webhooks.")
    return [event for event in told if event.payload["endpoint_id"] == str(endpoint_id)]


def topics_of(endpoint_id: UUID) -> list[str]:
    """The topics of what the log says of an endpoint, oldest first."""
    return [event.topic for event in told_of(endpoint_id)]
