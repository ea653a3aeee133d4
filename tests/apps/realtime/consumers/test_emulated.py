"""Emulation: what a stream's client says in requests, and what is refused of it."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from apps.accounts.models import User
from apps.realtime.models import Connection
from devstack.waiting import wait_until
from tests.realtime_nodes import IN_TIME, RunningNode, running_node

pytestmark = pytest.mark.django_db(transaction=True)

JSON = {"Content-Type": "application/json"}


@contextmanager
def stream(node: RunningNode, first: bytes) -> Iterator[http.client.HTTPResponse]:
    """Open a stream of lines."""
    line = http.client.HTTPConnection("127.0.0.1", node.port, timeout=IN_TIME)
    line.request("POST", "/connection/http_stream", body=first, headers=JSON)
    response = line.getresponse()
    assert response.status == 200
    try:
        yield response
    finally:
        response.close()
        line.close()


def connected(answer: http.client.HTTPResponse) -> dict[str, Any]:
    """Return what a stream says first."""
    told: dict[str, Any] = orjson.loads(answer.readline())["connect"]
    return told


def say(node: RunningNode, body: bytes) -> int:
    """Say something by emulation at a node; return the status."""
    line = http.client.HTTPConnection("127.0.0.1", node.port, timeout=IN_TIME)
    line.request("POST", "/emulation", body=body, headers=JSON)
    status = line.getresponse().status
    line.close()
    return status


def command(about: dict[str, Any], **said: Any) -> bytes:
    return orjson.dumps(
        {"node": about["node"], "session": about["session"], "data": json.dumps(said)}
    )


def connecting(token: str) -> bytes:
    return orjson.dumps({"id": 1, "connect": {"token": token}})


def test_commands_reach_the_stream_over_any_node(
    tmp_path: Path, node: RunningNode, owner: User, token: str, room: str
) -> None:
    with running_node(tmp_path) as other, stream(node, connecting(token)) as lines:
        about = connected(lines)
        for number, way in enumerate((node, other), 2):
            asked = command(about, id=number, subscribe={"channel": room})
            assert say(way, asked) == 204
            assert orjson.loads(lines.readline())["id"] == number

        seen = Connection.objects.filter(user=owner, transport="http_stream")
        assert wait_until(seen.exists, seconds=IN_TIME)


def test_what_is_no_request_is_refused(node: RunningNode) -> None:
    for body in (
        *(b"", b"[]", b"1", b"nonsense", b"{}", b'{"node":"a","session":"b"}'),
        *(b'{"node":"a","session":"b","data":null}', b'{"node":"a","session":"b","data":{}}'),
    ):
        assert say(node, body) == 400, body


def test_strangers_say_nothing(node: RunningNode, token: str) -> None:
    with stream(node, connecting(token)) as lines:
        about = connected(lines)
        ping = {"id": 2, "ping": {}}

        # Whether a session exists is told to nobody.
        assert say(node, command({**about, "session": "guessed"}, **ping)) == 204
        assert say(node, command({**about, "node": "dead"}, **ping)) == 404
        assert say(node, command(about, **ping)) == 204
        assert orjson.loads(lines.readline()) == ping


def test_stream_whose_client_talks_nonsense_says_goodbye(node: RunningNode, token: str) -> None:
    with stream(node, b"nonsense") as lines:
        goodbye = orjson.loads(lines.readline())["push"]["disconnect"]

    assert goodbye == {"code": 3501, "reason": "bad request", "reconnect": False}
