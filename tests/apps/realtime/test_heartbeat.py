"""The heartbeat: who gives no sign of life is closed, who gives one stays."""

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from devstack.waiting import wait_until
from tests.realtime_nodes import IN_TIME, Phone, RunningNode, running_node

pytestmark = pytest.mark.django_db(transaction=True)

TRIES = 5


def test_client_without_a_pong_is_closed(tmp_path: Path, token: str) -> None:
    beat: dict[str, Any] = {"REALTIME_PING_SECONDS": 2, "REALTIME_PONG_SECONDS": 1}
    with running_node(tmp_path, **beat) as node, Phone(node) as phone:
        phone.say({"id": 1, "connect": {"token": token}})
        wait_until(lambda: bool(node.events("connection.closed")), seconds=IN_TIME)
        codes = [event["code"] for event in node.events("connection.closed")]

        assert codes == [3012]


def test_client_that_answers_pings_stays(tmp_path: Path, token: str) -> None:
    beat: dict[str, Any] = {"REALTIME_PING_SECONDS": 1, "REALTIME_PONG_SECONDS": 1}
    with running_node(tmp_path, **beat) as node:
        # On a busy machine, one or the other may be too late for its pong.
        assert any(_stays(node, token) for _ in range(TRIES))


def _stays(node: RunningNode, token: str) -> bool:
    """Tell whether a client that answers lives twice as long as one that does not."""
    with Phone(node) as phone, suppress(ConnectionClosed):
        phone.sign_in(token)
        until = time.monotonic() + 4
        while time.monotonic() < until:
            phone.ask("ping")
            time.sleep(0.2)
        return True
    return False
