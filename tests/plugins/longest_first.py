"""A pytest plugin: tests that may take long begin first, so that none is left over, by itself."""

import pytest

USUAL_SECONDS = 300


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by what is allowed; among those allowed as long, the order stays as it is."""
    items.sort(key=_may_take_seconds, reverse=True)


def _may_take_seconds(item: pytest.Item) -> float:
    mark = item.get_closest_marker("timeout")
    return float(mark.args[0]) if mark else USUAL_SECONDS
