"""A dead connection is noticed before it is used, a living one is hardly ever asked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.db.backends.postgresql import base as django

from apps.accounts.models import User
from devstack.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What the server answered when it was asked whether it is there."""
    answers: list[bool] = []
    ask: Callable[[Any], bool] = django.DatabaseWrapper.is_usable

    def noted(wrapper: Any) -> bool:
        answers.append(ask(wrapper))
        return answers[-1]

    monkeypatch.setattr(django.DatabaseWrapper, "is_usable", noted)
    return answers


def terminate_ours() -> None:
    """Let the server end our connection, as it does when it restarts."""
    connection.ensure_connection()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid]
            )
    finally:
        other.close()


def test_connection_that_answered_lately_is_not_asked(asked: list[bool]) -> None:
    connection.close()
    connection.ensure_connection()

    assert [connection.is_usable() for _ in range(3)] == [True, True, True]
    assert asked == []


def test_after_a_while_it_is_asked_again(
    asked: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(connection, "_answered_at", float("-inf"))

    assert [connection.is_usable() for _ in range(3)] == [True, True, True]
    assert asked == [True]


def test_connection_that_the_server_ended_is_known_at_once(asked: list[bool]) -> None:
    terminate_ours()

    assert wait_until(lambda: not connection.is_usable(), seconds=30, pause=0.01)
    assert asked[-1] is False
    connection.close()


def test_request_after_a_restart_of_the_server_gets_a_new_connection(owner: User) -> None:
    terminate_ours()
    wait_until(lambda: not connection.is_usable(), seconds=30, pause=0.01)
    # As at the beginning of every request.
    close_old_connections()

    assert User.objects.filter(pk=owner.pk).exists()


def test_connection_that_is_closed_is_not_usable() -> None:
    connection.close()

    assert not connection.is_usable()
