"""Fixtures of the tests of health."""

from collections.abc import Iterator

import pytest

from apps.health.watch import watch
from tests.own_redis import own_redis

__all__ = ["own_redis"]


@pytest.fixture(autouse=True)
def nobody_watches() -> Iterator[None]:
    """Let each test begin with a watch that knows nothing, and leave none behind."""
    watch.stop()
    yield
    watch.stop()
