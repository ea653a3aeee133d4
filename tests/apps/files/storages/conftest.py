"""The storages that one suite of tests holds equal."""

import pytest

from apps.files.storages import storage_named
from apps.files.types import Storage


@pytest.fixture(params=["local"])
def storage(request: pytest.FixtureRequest) -> Storage:
    """Each storage in turn, as an installation has it, and empty."""
    return storage_named("local")
