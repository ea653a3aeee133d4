"""Fixtures of the tests of the CDN: a Cloudflare on loopback, and a clock to move."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from apps.kernel import clock
from tests.apps.cdn.cloudflare import TOKEN, ZONE, FakeCloudflare
from tests.hostile_server import HostileServer, hostile_server


class Hands:
    """The hands of the clock."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**by)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """A clock that stands still but for being moved."""
    hands = Hands(clock.now() + timedelta(seconds=1))
    monkeypatch.setattr(clock, "now", lambda: hands.moment)
    return hands


@pytest.fixture
def api() -> Iterator[HostileServer]:
    """The server that Cloudflare's API runs on here."""
    with hostile_server() as server:
        yield server


@pytest.fixture
def cloudflare(api: HostileServer, settings: Settings) -> FakeCloudflare:
    """Cloudflare in front of cdn.example.com."""
    fake = FakeCloudflare()
    api.behave = fake
    settings.CDN_PROVIDER, settings.CDN_BASE_URL = "cloudflare", "https://cdn.example.com"
    settings.CDN_CLOUDFLARE_API = f"http://127.0.0.1:{api.port}/client/v4"
    settings.CDN_CLOUDFLARE_ZONE, settings.CDN_CLOUDFLARE_TOKEN = ZONE, TOKEN
    settings.CDN_CLOUDFLARE_PURGES_PER_MINUTE, settings.CDN_CLOUDFLARE_PURGES_AT_ONCE = 5, 25
    return fake
