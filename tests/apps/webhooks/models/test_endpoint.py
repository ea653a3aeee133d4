"""The endpoint's own words."""

from datetime import timedelta
from typing import Any

import pytest

from apps.kernel.clock import now
from apps.webhooks.models import Endpoint
from apps.webhooks.types import EndpointState


def test_only_an_enabled_endpoint_is_sent_anything() -> None:
    assert Endpoint().is_enabled
    assert not Endpoint(state=EndpointState.DISABLED).is_enabled


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        ({}, "healthy"),
        ({"consecutive_failures": 1}, "failing"),
        # It asked for a pause, which is no illness.
        ({"paused_until": now() + timedelta(days=1)}, "healthy"),
        ({"trips": 1, "paused_until": now() + timedelta(days=1)}, "open"),
        ({"trips": 1, "paused_until": now() - timedelta(days=1)}, "half_open"),
    ],
)
def test_health_is_what_the_last_attempts_and_the_breaker_say(
    standing: dict[str, Any], state: str
) -> None:
    health = Endpoint(**standing).health

    assert health.state == state
    assert health.next_probe_at == (standing["paused_until"] if "trips" in standing else None)
