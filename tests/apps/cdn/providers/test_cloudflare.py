"""Cloudflare is told by its API; what it says of a wrong request is understood."""

import pytest

from apps.cdn.errors import NotTaken, PurgeRefused
from apps.cdn.providers.cloudflare import Cloudflare
from apps.cdn.types import Target
from tests.apps.cdn.cloudflare import FakeCloudflare


def test_each_target_is_said_in_its_own_words(cloudflare: FakeCloudflare) -> None:
    Cloudflare().purge(Target.URLS, ["https://cdn.example.com/a"])
    Cloudflare().purge(Target.TAGS, ["file-1"])
    Cloudflare().purge(Target.EVERYTHING, [])

    assert cloudflare.taken == [
        {"files": ["https://cdn.example.com/a"]},
        {"tags": ["file-1"]},
        {"purge_everything": True},
    ]


def test_too_many_or_foreign_is_refused_and_a_full_bucket_is_not(
    cloudflare: FakeCloudflare,
) -> None:
    with pytest.raises(PurgeRefused, match="1094"):
        Cloudflare().purge(Target.TAGS, [f"t{each}" for each in range(101)])
    with pytest.raises(PurgeRefused, match="1016"):
        Cloudflare().purge(Target.URLS, ["https://evil.example/"])
    cloudflare.tokens = 0
    with pytest.raises(NotTaken) as busy:
        Cloudflare().purge(Target.EVERYTHING, [])
    assert busy.value.pause_seconds == 7
