"""How the CDN fares is told also before anything was purged."""

import pytest

from apps.cdn.selectors import state
from apps.cdn.services import purge_tags
from tests.apps.cdn.cloudflare import FakeCloudflare
from tests.apps.cdn.conftest import Hands

pytestmark = pytest.mark.django_db


def test_what_waits_is_told(cloudflare: FakeCloudflare, hands: Hands) -> None:
    assert (state().pending, state().oldest_seconds, state().failing_since) == (0, 0.0, None)

    purge_tags(["file-1"])
    hands.move(seconds=60)

    assert state().pending == 1
    assert state().oldest_seconds == pytest.approx(60, abs=1)
