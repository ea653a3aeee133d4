"""A node: whom it sends away, whom it keeps, and what it records of them."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
import pytest

from apps.accounts.models import User
from apps.accounts.selectors import live_sessions_of
from apps.accounts.services import end_session
from apps.accounts.types import EndReason
from apps.buildings.models import Building
from apps.buildings.services import remove_member
from apps.realtime.models import Connection
from apps.realtime.services import disconnect_user
from devstack.waiting import wait_until
from tests.factories.buildings import BuildingFactory, MemberFactory
from tests.factories.realtime import read_all, say
from tests.realtime_nodes import IN_TIME, Phone, RunningNode, asked, running_node, token_of

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024


def test_ended_session_closes_its_connections_by_the_log(
    node: RunningNode, owner: User, token: str
) -> None:
    other = token_of(owner)
    read_all()
    with Phone(node) as phone, Phone(node) as kept:
        phone.sign_in(token)
        kept.sign_in(other)
        session = live_sessions_of(user_id=owner.pk).order_by("id")[0]

        end_session(session_id=session.public_id, reason=EndReason.REVOKED)
        read_all()

        assert phone.closed()[0] == 4501
        assert "ping" in kept.ask("ping")


def test_ended_session_closes_its_connections_though_no_order_came(
    tmp_path: Path, owner: User, token: str
) -> None:
    with running_node(tmp_path, REALTIME_VERIFY_SECONDS=0.5) as node, Phone(node) as phone:
        phone.sign_in(token)

        session = live_sessions_of(user_id=owner.pk).get()
        end_session(session_id=session.public_id, reason=EndReason.REVOKED)

        assert phone.closed() == (4501, "session ended")


@pytest.mark.parametrize("is_told", [True, False])
def test_lost_membership_ends_the_subscription(
    tmp_path: Path, teammate: User, building: Building, room: str, is_told: bool
) -> None:
    MemberFactory.create(building=building, user=teammate)
    token = token_of(teammate)
    read_all()
    verify: dict[str, Any] = {} if is_told else {"REALTIME_VERIFY_SECONDS": 0.5}
    with running_node(tmp_path, **verify) as node, Phone(node) as phone:
        phone.sign_in(token)
        phone.ask("subscribe", channel=room)

        remove_member(building_id=building.public_id, member_id=teammate.public_id)
        if is_told:
            read_all()

        assert phone.wait_for("unsubscribe", room) == {"code": 103, "reason": "permission denied"}
        assert phone.ask("subscribe", channel=room)["error"]["code"] == 103


def test_server_disconnects_a_user_with_its_own_code(
    node: RunningNode, owner: User, token: str
) -> None:
    with Phone(node) as phone:
        phone.sign_in(token)

        disconnect_user(user_id=owner.public_id, code=4000, reason="come back")
        read_all()

        assert phone.closed() == (4000, "come back")


def test_connections_are_recorded_for_those_who_ask_later(
    node: RunningNode, owner: User, token: str, room: str
) -> None:
    with Phone(node) as phone:
        phone.sign_in(token, name="js", version="5.8")
        offset = phone.ask("subscribe", channel=room)["subscribe"].get("offset", 0)
        say(room.removeprefix("room:"))
        read_all()
        phone.offsets(room, until=offset + 1)

    closed = Connection.objects.filter(user=owner, closed_at__isnull=False)
    assert wait_until(closed.exists, seconds=IN_TIME)
    row = closed.get()
    assert (row.client_name, row.client_version, row.transport) == ("js", "5.8", "websocket")
    assert row.positions[room] == offset + 1


def test_silent_connection_lives_on(node: RunningNode, token: str, room: str) -> None:
    """Longer than whatever waits for something: a request, a token, a pong, an answer of Redis."""
    with Phone(node) as phone:
        phone.sign_in(token)
        first = phone.ask("subscribe", channel=room)["subscribe"].get("offset", 0)
        time.sleep(13)

        say(room.removeprefix("room:"))
        read_all()

        assert phone.offsets(room, until=first + 1) == [first + 1]
        assert not node.events("connection.closed")


def test_limits_of_channels_and_connections(tmp_path: Path, owner: User) -> None:
    rooms = [BuildingFactory.create(owner__user=owner).public_id for _ in range(3)]
    token = token_of(owner)
    limits: dict[str, Any] = {
        "REALTIME_CHANNELS_PER_CONNECTION": 3,
        "REALTIME_CONNECTIONS_PER_USER": 2,
    }
    with running_node(tmp_path, **limits) as node, Phone(node) as one, Phone(node) as two:
        one.sign_in(token)
        two.sign_in(token)
        answers = [one.ask("subscribe", channel=f"room:building:{room}") for room in rooms]

        assert ["error" in answer for answer in answers] == [False, False, True]
        assert answers[2]["error"]["code"] == 106
        with Phone(node) as three:
            three.say({"id": 1, "connect": {"token": token}})
            assert three.closed() == (3504, "connection limit")


@pytest.mark.system
def test_ten_thousand_joins_leave_the_rest_in_peace(tmp_path: Path, owner: User, room: str) -> None:
    """A hundred connections of one person each enter a room and leave it a hundred times."""
    limits: dict[str, Any] = {
        "REALTIME_CONNECTIONS_PER_USER": 500,
        "REALTIME_COMMANDS_AT_ONCE": 1000,
        # They are read one after the other.
        "REALTIME_PING_SECONDS": 600,
    }
    token = token_of(owner)
    with running_node(tmp_path, **limits) as node, ExitStack() as stack:
        phones = [stack.enter_context(Phone(node)) for _ in range(100)]
        for phone in phones:
            phone.sign_in(token)
        before = node.memory()
        for first in range(100, 1100, 100):
            for phone in phones:
                phone.socket.send(_comings_and_goings(room, first, times=10))
            assert asked(f"{node.url}/health/ready")[0] == 200
            for phone in phones:
                assert "unsubscribe" in phone._reply(first + 19)
                phone.told.clear()

        assert node.memory() - before < 60 * MEGABYTE


def _comings_and_goings(room: str, first: int, *, times: int) -> str:
    commands = [
        orjson.dumps({"id": first + 2 * number + step, command: {"channel": room}}).decode()
        for number in range(times)
        for step, command in enumerate(("subscribe", "unsubscribe"))
    ]
    return "\n".join(commands)


def test_connections_that_stay_open_are_told_of_again(
    tmp_path: Path, owner: User, token: str, room: str
) -> None:
    with running_node(tmp_path, REALTIME_TOLD_AGAIN_SECONDS=0.5) as node, Phone(node) as phone:
        phone.sign_in(token)
        offset = phone.ask("subscribe", channel=room)["subscribe"].get("offset", 0)
        say(room.removeprefix("room:"))
        read_all()
        phone.offsets(room, until=offset + 1)

        told = Connection.objects.filter(closed_at=None, **{f"positions__{room}": offset + 1})
        assert wait_until(told.exists, seconds=IN_TIME)
