"""Tests that may take long begin first."""

import pytest

from tests.plugins.longest_first import pytest_collection_modifyitems


def nothing() -> None:
    """Be a test that does nothing."""


def test_longest_begin_first_and_the_others_keep_their_order(
    request: pytest.FixtureRequest,
) -> None:
    items: list[pytest.Item] = [
        pytest.Function.from_parent(request.node.parent, name=name, callobj=nothing)
        for name in ("usual", "short", "long", "as usual")
    ]
    usual, short, long, as_usual = items
    short.add_marker(pytest.mark.timeout(100))
    long.add_marker(pytest.mark.timeout(900))

    pytest_collection_modifyitems(items)

    assert items == [long, usual, as_usual, short]
