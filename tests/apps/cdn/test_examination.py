"""The doctor says how the CDN is set, and whether it takes purges."""

import pytest
from pytest_django import Settings

from apps.cdn.examination import CdnExamination
from apps.cdn.services import purge_tags, send_due
from tests.apps.cdn.cloudflare import FakeCloudflare
from tests.apps.cdn.conftest import Hands

pytestmark = pytest.mark.django_db(transaction=True)


def wrong() -> list[str]:
    return [finding.what for finding in CdnExamination().examine() if not finding.is_well]


@pytest.mark.parametrize(
    ("provider", "base", "told"),
    [
        ("", "", []),
        ("http", "https://cdn.example.com", []),
        ("", "https://cdn.example.com", ["CDN_BASE_URL is set"]),
        ("http", "", ["no URL of ours leads there"]),
    ],
)
def test_settings_that_do_not_fit_together_are_told(
    settings: Settings, provider: str, base: str, told: list[str]
) -> None:
    settings.CDN_PROVIDER, settings.CDN_BASE_URL = provider, base

    found = wrong()

    assert len(found) == len(told)
    assert all(part in what for part, what in zip(told, found, strict=True))


def test_outage_is_told_with_its_reason(cloudflare: FakeCloudflare, hands: Hands) -> None:
    purge_tags(["file-1"])
    hands.move(seconds=1)
    cloudflare.is_down = True
    send_due()

    (found,) = wrong()

    assert "502" in found


def test_purges_that_wait_for_long_are_told(cloudflare: FakeCloudflare, hands: Hands) -> None:
    purge_tags(["file-1"])
    hands.move(minutes=6)

    (found,) = wrong()

    assert found.startswith("1 purges wait, the first for 36")
