"""Fixtures that every test may use."""

import pytest
from django.core.cache import cache

pytest_plugins = ["tests.people"]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Start with an empty cache: requests that other tests made count for no limit here."""
    cache.clear()
