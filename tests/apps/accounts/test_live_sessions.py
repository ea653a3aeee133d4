"""Sessions as processes remember them: no query while fresh, gone everywhere when ended."""

from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts import live_sessions as module
from apps.accounts.live_sessions import LiveSessions
from apps.accounts.models import Session, User
from apps.accounts.services import end_session, sign_in_as
from apps.accounts.types import EndReason
from tests.factories.accounts import SessionFactory
from tests.processes import python_on_the_same_database

pytestmark = pytest.mark.django_db


def test_fresh_session_costs_one_query_and_then_none(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 60)
    session = SessionFactory.create()
    memory = LiveSessions()

    with django_assert_num_queries(1):
        for _ in range(5):
            access = memory.access_in(session.public_id)
            assert access is not None
            assert access.user.email == session.user.email


def test_session_is_read_again_when_it_is_no_longer_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 0)
    session = SessionFactory.create()
    memory = LiveSessions()
    assert memory.access_in(session.public_id) is not None

    end_session(session_id=session.public_id, reason=EndReason.REVOKED)

    assert memory.access_in(session.public_id) is None


def test_session_that_never_was_is_remembered_as_such(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 60)
    memory, session_id = LiveSessions(), uuid4()

    with django_assert_num_queries(1):
        assert memory.access_in(session_id) is None
        assert memory.access_in(session_id) is None


def test_remembered_user_is_not_shared_between_requests() -> None:
    session = SessionFactory.create()
    memory = LiveSessions()
    first = memory.access_in(session.public_id)
    assert first is not None

    first.user.is_staff = True

    second = memory.access_in(session.public_id)
    assert second is not None
    assert not second.user.is_staff


def test_memory_is_bounded() -> None:
    memory = LiveSessions(capacity=3)

    for _ in range(10):
        memory.access_in(uuid4())

    assert len(memory) == 3


@pytest.mark.django_db(transaction=True)
def test_session_ended_here_stops_working_in_another_process(owner: User) -> None:
    token = sign_in_as(owner.pk).access_token
    other = python_on_the_same_database(f"""
import time
from apps.accounts.selectors import access_by
from apps.api.errors import Unauthenticated
say(access_by({token!r}).user.email)
try:
    while True:
        access_by({token!r})
        time.sleep(0.01)
except Unauthenticated:
    say("refused")
""")
    assert other.line() == "owner@example.com"

    end_session(session_id=Session.objects.get().public_id, reason=EndReason.REVOKED)

    assert other.line() == "refused"
    assert module.FRESH_SECONDS < 1
