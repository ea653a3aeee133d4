"""A layer's share is what it uses of its limit."""

import pytest

from apps.caching.types import LayerName, LayerState


@pytest.mark.parametrize(("size", "limit", "share"), [(50, 100, 0.5), (0, 0, 1.0), (5, 4, 1.25)])
def test_share_is_what_is_used_of_the_limit(size: int, limit: int, share: float) -> None:
    state = LayerState(name=LayerName.REDIS, entries=1, size_bytes=size, limit_bytes=limit)

    assert state.share == share
