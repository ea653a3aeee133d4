"""A node: connecting, hearing, recovering and being sent away, on a real server, in both codecs."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from apps.accounts.models import User
from apps.accounts.selectors import live_sessions_of
from apps.accounts.services import end_session
from apps.accounts.types import EndReason
from apps.buildings.models import Building
from apps.buildings.services import remove_member
from apps.keyring.services import sign_token, verify_token
from apps.realtime.models import Connection
from apps.realtime.services import disconnect_user
from devstack.waiting import wait_until
from tests.factories.buildings import MemberFactory
from tests.factories.realtime import read_all, say
from tests.realtime_nodes import IN_TIME, Phone, RunningNode, running_node, token_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("is_binary", [False, True])
def test_both_codecs_hear_what_is_published_in_order(
    node: RunningNode, owner: User, token: str, room: str, is_binary: bool
) -> None:
    own = f"user:{owner.public_id}"
    with Phone(node, is_binary=is_binary) as phone:
        connected = phone.sign_in(token)
        joined = phone.ask("subscribe", channel=room)["subscribe"]

        say(room.removeprefix("room:"), count=5)
        say(own, count=2)
        read_all()

        first = joined.get("offset", 0)
        assert phone.offsets(room, until=first + 5) == list(range(first + 1, first + 6))
        assert phone.heard(room)[-1][1] == {"number": 4}
        begun = connected["subs"][own]["offset"]
        assert phone.offsets(own, until=begun + 2) == [begun + 1, begun + 2]


@pytest.mark.parametrize("is_binary", [False, True])
def test_what_was_missed_comes_with_the_subscription(
    node: RunningNode, token: str, room: str, is_binary: bool
) -> None:
    with Phone(node, is_binary=is_binary) as phone:
        phone.sign_in(token)
        before = phone.ask("subscribe", channel=room)["subscribe"]
        phone.cut()
    say(room.removeprefix("room:"), count=10)
    read_all()

    with Phone(node, is_binary=is_binary) as phone:
        phone.sign_in(token)
        position = {"epoch": before["epoch"], "offset": before.get("offset", 0)}
        after = phone.ask("subscribe", channel=room, recover=True, **position)["subscribe"]
        say(room.removeprefix("room:"), count=1)
        read_all()

        first = position["offset"]
        assert after["recovered"] is True
        assert after["was_recovering"] is True
        missed = [each["offset"] for each in after["publications"]]
        assert missed == list(range(first + 1, first + 11))
        assert phone.offsets(room, until=first + 11) == [first + 11]


def test_own_channel_recovers_by_the_connection(node: RunningNode, owner: User, token: str) -> None:
    own = f"user:{owner.public_id}"
    with Phone(node) as phone:
        before = phone.sign_in(token)["subs"][own]
    say(own, count=3)
    read_all()

    with Phone(node) as phone:
        asked = {"recover": True, "epoch": before["epoch"], "offset": before["offset"]}
        after = phone.sign_in(token, subs={own: asked})["subs"][own]

        assert after["recovered"] is True
        assert len(after["publications"]) == 3


@pytest.mark.parametrize("position", [{"epoch": "another", "offset": 1}, {"offset": 10**9}])
def test_position_that_cannot_be_recovered_says_so(
    node: RunningNode, token: str, room: str, position: dict[str, object]
) -> None:
    say(room.removeprefix("room:"))
    read_all()

    with Phone(node) as phone:
        phone.sign_in(token)
        joined = phone.ask("subscribe", channel=room, recover=True, **position)["subscribe"]

        assert joined["was_recovering"] is True
        assert joined["recovered"] is False
        assert joined["offset"] >= 1


def test_room_of_others_is_forbidden(node: RunningNode, stranger: User, room: str) -> None:
    with Phone(node) as phone:
        phone.sign_in(token_of(stranger))

        answers = [
            phone.ask("subscribe", channel=name)["error"]["code"]
            for name in (room, "room:building:nonsense", "nonsense", "user:someone", "x" * 5000)
        ]

        assert answers == [103] * 5
        for command in ("presence", "presence_stats", "history", "publish", "unsubscribe"):
            assert phone.ask(command, channel=room, data={})["error"]["code"] == 103


@pytest.mark.parametrize(
    ("token", "code"), [("", 3500), ("nonsense", 3500), ("a.b.c", 3500), ("x" * 9000, 3500)]
)
def test_bad_token_ends_the_connection_for_good(node: RunningNode, token: str, code: int) -> None:
    with Phone(node) as phone:
        phone.say({"id": 1, "connect": {"token": token}})

        assert phone.closed() == (code, "invalid token")


def test_expired_token_asks_for_another_one(node: RunningNode, owner: User) -> None:
    token = _token_for(owner, seconds=-30)
    with Phone(node) as phone:
        answer = phone.ask("connect", token=token)

        assert answer["error"]["code"] == 109


def test_token_is_renewed_in_place(tmp_path: Path, owner: User) -> None:
    with running_node(tmp_path, REALTIME_EXPIRY_GRACE_SECONDS=1) as node, Phone(node) as phone:
        connected = phone.sign_in(_token_for(owner, seconds=3))
        renewed = phone.ask("refresh", token=_token_for(owner, seconds=600))["refresh"]
        time.sleep(5)

        assert connected["expires"] is True
        assert connected["ttl"] <= 3
        assert renewed["ttl"] > 500
        assert phone.ask("ping") == {"id": 3, "ping": {}}


def test_connection_ends_when_its_token_has_expired(tmp_path: Path, owner: User) -> None:
    with running_node(tmp_path, REALTIME_EXPIRY_GRACE_SECONDS=1) as node, Phone(node) as phone:
        phone.sign_in(_token_for(owner, seconds=2))

        assert phone.closed() == (3005, "connection expired")


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
    verify = {} if is_told else {"REALTIME_VERIFY_SECONDS": 0.5}
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


def test_client_without_a_pong_is_closed(tmp_path: Path, token: str) -> None:
    beat = {"REALTIME_PING_SECONDS": 2, "REALTIME_PONG_SECONDS": 1}
    with running_node(tmp_path, **beat) as node, Phone(node) as phone:
        phone.say({"id": 1, "connect": {"token": token}})
        codes = []
        wait_until(lambda: bool(node.events("connection.closed")), seconds=IN_TIME)
        codes = [event["code"] for event in node.events("connection.closed")]

        assert codes == [3012]


def test_client_that_answers_pings_stays(tmp_path: Path, token: str) -> None:
    beat = {"REALTIME_PING_SECONDS": 1, "REALTIME_PONG_SECONDS": 1}
    with running_node(tmp_path, **beat) as node, Phone(node) as phone:
        phone.sign_in(token)
        until = time.monotonic() + 4
        while time.monotonic() < until:
            phone.ask("ping")
            time.sleep(0.2)

        assert not node.events("connection.closed")


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


def test_history_and_rpc_answer_as_the_protocol_says(
    node: RunningNode, token: str, room: str
) -> None:
    say(room.removeprefix("room:"), count=3)
    read_all()
    with Phone(node) as phone:
        phone.sign_in(token)
        phone.ask("subscribe", channel=room)
        top = phone.ask("history", channel=room)["history"]

        found = phone.ask("history", channel=room, limit=2, reverse=True)["history"]

        assert "publications" not in top or top["publications"] == []
        assert [each["data"]["number"] for each in found["publications"]] == [2, 1]
        assert found["offset"] == top["offset"]
        assert phone.ask("rpc", method="x", data={})["error"]["code"] == 104
        assert phone.ask("subscribe", channel=room)["error"]["code"] == 105
        assert phone.ask("unsubscribe", channel=room)["unsubscribe"] == {}
        assert phone.ask("history", channel=room)["error"]["code"] == 103


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


def test_draining_node_sends_its_clients_away_and_ends(
    node: RunningNode, owner: User, token: str
) -> None:
    with Phone(node) as phone:
        phone.sign_in(token)

        node.ask_to_end()

        assert phone.closed() == (3001, "shutdown")
    assert node.process.wait(timeout=IN_TIME) in {0, -15}
    assert Connection.objects.get(user=owner).close_code == 3001


def _token_for(user: User, *, seconds: int) -> str:
    """Return a token of a new session that expires so many seconds from now."""
    claims = verify_token(token_of(user), audience=settings.ACCOUNTS_TOKEN_AUDIENCE)
    read_all()
    return sign_token(
        claims={name: claims[name] for name in ("sub", "sid", "client_id")},
        audience=settings.ACCOUNTS_TOKEN_AUDIENCE,
        lifetime=timedelta(seconds=seconds),
    )
