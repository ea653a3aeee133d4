"""Push services on this machine, with leave to reach them."""

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
