"""The recorder: what is known later of connections that ended, and of those that stay open."""

from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.realtime.models import Connection
from devstack.waiting import wait_until
from tests.factories.realtime import publish
from tests.realtime_nodes import IN_TIME, Phone, RunningNode, running_node

pytestmark = pytest.mark.django_db(transaction=True)


def test_connections_are_recorded_for_those_who_ask_later(
    node: RunningNode, owner: User, token: str, room: str
) -> None:
    with Phone(node) as phone:
        phone.sign_in(token, name="js\x00", version="5.8")
        offset = phone.follow(room)
        publish(room)
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
        offset = phone.follow(room)
        publish(room)
        phone.offsets(room, until=offset + 1)

        told = Connection.objects.filter(closed_at=None, **{f"positions__{room}": offset + 1})
        assert wait_until(told.exists, seconds=IN_TIME)
