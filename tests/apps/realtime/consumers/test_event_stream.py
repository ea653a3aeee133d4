"""The plain event stream: what a client without an SDK hears, and what it is sent after a break."""

import asyncio
import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import orjson
import pytest

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.buildings.services import remove_member
from apps.realtime.consumers.base import Message
from apps.realtime.consumers.event_stream import EventStream, EventWire
from apps.realtime.outbox import Frame
from apps.realtime.types import CloseCode
from tests.apps.realtime.stand_ins import House
from tests.factories.buildings import MemberFactory
from tests.factories.realtime import publish, read_all
from tests.realtime_nodes import IN_TIME, RunningNode, asked, running_node, token_of

pytestmark = pytest.mark.django_db(transaction=True)


class Stream:
    """Reads events as a browser does."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self._response = response
        self.last_id = ""

    def event(self) -> tuple[str, dict[str, object]]:
        """Return the next event that has data: its name, and what it says."""
        name, data = "message", b""
        while True:
            line = self._response.readline()
            assert line, "the stream ended"
            field, _, value = line.rstrip(b"\n").partition(b": ")
            if not field and data:
                return name, orjson.loads(data)
            if field == b"id":
                self.last_id = value.decode()
            elif field == b"event":
                name = value.decode()
            elif field == b"data":
                data += value

    def until_id(self) -> str:
        """Read on until the stream has said where it stands."""
        while not self.last_id:
            field, _, value = self._response.readline().rstrip(b"\n").partition(b": ")
            if field == b"id":
                self.last_id = value.decode()
        return self.last_id


@contextmanager
def stream(node: RunningNode, token: str, *rooms: str, last_id: str = "") -> Iterator[Stream]:
    line = http.client.HTTPConnection("127.0.0.1", node.port, timeout=IN_TIME)
    headers = {"Authorization": f"Bearer {token}"}
    if last_id:
        headers["Last-Event-ID"] = last_id
    query = urlencode([("room", room) for room in rooms])
    line.request("GET", f"/api/v1/realtime/events?{query}", headers=headers)
    response = line.getresponse()
    assert response.status == 200
    assert response.headers["Content-Type"].startswith("text/event-stream")
    try:
        yield Stream(response)
    finally:
        response.close()
        line.close()


def test_stream_carries_rooms_and_resumes_all_of_them(
    node: RunningNode, owner: User, building: Building, room: str, token: str
) -> None:
    scope, own = f"building:{building.public_id}", f"user:{owner.public_id}"
    with stream(node, token, scope) as first:
        first.until_id()
        publish(room, count=2)
        heard = [first.event() for _ in range(2)]
        last_id = first.last_id
    publish(room, count=3)
    publish(own, count=2)

    with stream(node, token, scope, last_id=last_id) as second:
        missed = [second.event() for _ in range(5)]
        publish(room)
        live = second.event()

    assert [name for name, _ in [*heard, *missed, live]] == ["message"] * 8
    offsets = [told["offset"] for _, told in [*heard, *missed, live] if told["channel"] == room]
    first_offset = offsets[0]
    assert isinstance(first_offset, int)
    assert offsets == list(range(first_offset, first_offset + 6))
    assert [told["data"] for _, told in missed if told["channel"] == own] == [
        {"number": 0},
        {"number": 1},
    ]


def test_stream_that_cannot_resume_says_so(
    node: RunningNode, building: Building, room: str, token: str
) -> None:
    scope = f"building:{building.public_id}"
    with stream(node, token, scope, last_id=f"{room}=other.5,nonsense,=,a=b.c") as found:
        assert found.event() == ("resync_required", {"channel": room})


def test_stream_loses_the_room_with_the_membership(
    tmp_path: Path, teammate: User, building: Building, room: str
) -> None:
    MemberFactory.create(building=building, user=teammate)
    token = token_of(teammate)
    read_all()
    with (
        running_node(tmp_path) as node,
        stream(node, token, f"building:{building.public_id}") as found,
    ):
        found.until_id()
        remove_member(building_id=building.public_id, member_id=teammate.public_id)
        read_all()

        while (event := found.event())[0] == "message":
            pass
        told = {"channel": room, "code": 103, "reason": "permission denied"}
        assert event == ("unsubscribed", told)


def test_stream_says_goodbye_when_the_node_stops(
    node: RunningNode, building: Building, token: str
) -> None:
    with stream(node, token) as found:
        found.until_id()
        node.ask_to_end()

        told = {"code": 3001, "reason": "shutdown", "reconnect": True}
        assert found.event() == ("disconnect", told)


def test_strangers_get_no_stream(
    node: RunningNode, stranger: User, building: Building, token: str
) -> None:
    place = f"{node.url}/api/v1/realtime/events"
    assert asked(place)[0] == 401
    assert asked(place, Authorization="Bearer nonsense")[0] == 401
    status, body = asked(
        f"{place}?room=building:{building.public_id}",
        Authorization=f"Bearer {token_of(stranger)}",
    )
    assert status == 404
    assert orjson.loads(body)["code"] == "realtime.unknown_channel"
    many = urlencode([("room", f"building:{number}") for number in range(40)])
    assert asked(f"{place}?{many}", Authorization=f"Bearer {token}")[0] == 422


def test_stream_is_refused_while_the_database_is_away(tmp_path: Path, token: str) -> None:
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    with running_node(tmp_path, environment=nowhere) as node:
        status, body = asked(f"{node.url}/api/v1/realtime/events", Authorization=f"Bearer {token}")

    assert status == 503
    assert orjson.loads(body)["code"] == "api.database_unavailable"


@pytest.mark.parametrize("reads", [True, False])
async def test_taking_what_is_sent_is_the_sign_of_life(reads: bool) -> None:
    async def send(message: Message) -> None:
        if not reads:
            await asyncio.Event().wait()

    house = House()
    stream = EventStream(house, EventWire(send, None))
    # A publication on its way is no reason to believe that nobody is there.
    stream.put(Frame(b"data: {}\n\n"))
    stream.ping(7)
    await asyncio.sleep(0.01)

    assert (stream.pinged_at == 7) is not reads
    stream.kick(CloseCode.SHUTDOWN, "shutdown")
    await asyncio.gather(*house.tasks)
