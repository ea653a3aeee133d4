"""Sources as a process meets them that has just started."""

from collections.abc import Iterator

import pytest

from apps.keyring import masters


@pytest.fixture(autouse=True)
def fresh_sources() -> Iterator[None]:
    """Let no test see what another test's source remembers."""
    masters._source_named.cache_clear()
    yield
    masters._source_named.cache_clear()
