"""The application: what it serves, and what it leaves to the web."""

import pytest

from tests.realtime_nodes import RunningNode, asked

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_nobody_asked_for_ends_at_the_web(node: RunningNode) -> None:
    assert asked(f"{node.url}/api/v1/buildings/")[0] == 404
    assert asked(f"{node.url}/connection/websocket")[0] in {400, 404}
