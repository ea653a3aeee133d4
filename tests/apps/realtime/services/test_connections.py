"""The record of connections: one row each, however often a node tells of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.realtime.models import Connection
from apps.realtime.services import record_connections
from apps.realtime.types import SeenConnection, Transport

pytestmark = pytest.mark.django_db


def _seen(user: User) -> SeenConnection:
    return SeenConnection(
        client_id=new_id(),
        user_id=user.pk,
        session_id=new_id(),
        node="node-a",
        transport=Transport.WEBSOCKET,
        client_name="js",
        client_version="5.0",
        opened_at=now(),
        positions={f"user:{user.public_id}": 3},
    )


def test_what_became_of_a_connection_is_written_over_what_it_was(owner: User) -> None:
    opened = _seen(owner)
    closed_at = now() + timedelta(seconds=5)

    record_connections([opened])
    record_connections(
        [
            replace(
                opened,
                closed_at=closed_at,
                close_code=3008,
                close_reason="slow",
                positions={f"user:{owner.public_id}": 9},
            )
        ]
    )

    row = Connection.objects.get()
    assert (row.public_id, row.user, row.node) == (opened.client_id, owner, "node-a")
    assert (row.closed_at, row.close_code, row.close_reason) == (closed_at, 3008, "slow")
    assert row.positions == {f"user:{owner.public_id}": 9}


def test_one_batch_may_hold_the_beginning_and_the_end(owner: User) -> None:
    opened = _seen(owner)

    record_connections([opened, replace(opened, closed_at=now(), close_code=3000)])

    assert Connection.objects.get().close_code == 3000


def test_users_who_are_gone_are_left_out(owner: User, stranger: User) -> None:
    hers, of_nobody = _seen(owner), replace(_seen(stranger), user_id=2**40)

    record_connections([hers, of_nobody])

    assert Connection.objects.get().user == owner


def test_words_of_clients_are_cut(owner: User) -> None:
    record_connections([replace(_seen(owner), client_name="n" * 500, close_reason="r" * 500)])

    row = Connection.objects.get()
    assert (len(row.client_name), len(row.close_reason)) == (64, 120)
