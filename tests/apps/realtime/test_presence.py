"""Presence over two nodes: who joins, who leaves, and who is swept up after a crash."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.realtime.selectors import online_users, presence
from devstack.waiting import wait_until
from tests.factories.buildings import MemberFactory
from tests.realtime_nodes import IN_TIME, Phone, running_node, token_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_members_on_other_nodes_are_seen_to_come_and_go(
    tmp_path: Path, owner: User, teammate: User, building: Building, room: str, token: str
) -> None:
    MemberFactory.create(building=building, user=teammate)
    with running_node(tmp_path) as one, running_node(tmp_path) as two, Phone(one) as phone:
        mine = phone.sign_in(token)["client"]
        phone.ask("subscribe", channel=room, join_leave=True)
        with Phone(two, is_binary=True) as other:
            theirs = other.sign_in(token_of(teammate))["client"]
            other.ask("subscribe", channel=room, join_leave=True)

            joined = phone.wait_for("join", room)["info"]
            assert joined == {"user": str(teammate.public_id), "client": theirs}
            found = phone.ask("presence", channel=room)["presence"]["presence"]
            assert set(found) == {mine, theirs}
            stats = other.ask("presence_stats", channel=room)["presence_stats"]
            assert stats == {"num_clients": 2, "num_users": 2}

        assert phone.wait_for("leave", room)["info"]["client"] == theirs
        assert [each.client_id for each in presence(room)] == [mine]


def test_members_of_a_node_that_dies_leave(
    tmp_path: Path, owner: User, room: str, token: str
) -> None:
    """They are believed for a while; then any other node tells of it."""
    short: dict[str, Any] = {
        "REALTIME_PRESENCE_SECONDS": 4,
        "REALTIME_PING_SECONDS": 1,
        # Who stays may be slow on a busy machine.
        "REALTIME_PONG_SECONDS": 20,
    }
    with ExitStack() as stack:
        one = stack.enter_context(running_node(tmp_path, **short))
        two = stack.enter_context(running_node(tmp_path, **short))
        phone = stack.enter_context(Phone(one))
        phone.sign_in(token)
        phone.ask("subscribe", channel=room, join_leave=True)
        other = stack.enter_context(Phone(two))
        lost = other.sign_in(token)["client"]
        other.ask("subscribe", channel=room)
        assert phone.wait_for("join", room)["info"]["client"] == lost

        two.kill()

        assert phone.wait_for("leave", room)["info"]["client"] == lost
        assert wait_until(lambda: len(presence(room)) == 1, seconds=IN_TIME)


def test_user_is_online_until_a_moment_after_the_last_connection(
    tmp_path: Path, owner: User, stranger: User, token: str
) -> None:
    both = [owner.public_id, stranger.public_id]
    with running_node(tmp_path, REALTIME_OFFLINE_AFTER_SECONDS=6) as node:
        assert online_users(both) == set()
        with Phone(node) as phone:
            phone.sign_in(token)
            assert wait_until(lambda: online_users(both) == {owner.public_id}, seconds=IN_TIME)

        assert wait_until(lambda: not presence(f"user:{owner.public_id}"), seconds=IN_TIME)
        assert online_users(both) == {owner.public_id}
        assert wait_until(lambda: not online_users(both), seconds=IN_TIME)
