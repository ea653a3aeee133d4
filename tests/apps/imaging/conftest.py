"""Fixtures of the tests of imaging: no process outlives its test."""

from collections.abc import Iterator

import pytest

from apps.imaging import services


@pytest.fixture(scope="module", autouse=True)
def processes_end() -> Iterator[None]:
    """End what the tests of a module started."""
    yield
    services.close()
