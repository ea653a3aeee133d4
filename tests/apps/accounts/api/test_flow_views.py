"""Refreshing over real routes: tokens that rotate, and come back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection

from apps.accounts.live_sessions import live_sessions
from apps.accounts.models import RefreshToken, Session, User
from apps.accounts.types import EndReason
from apps.kernel import clock
from tests.apps.accounts.phones import FLOWS, Phone, ends_of, shown, signed_in

pytestmark = pytest.mark.django_db


def test_refresh_gives_new_tokens_and_keeps_the_session(owner: User) -> None:
    phone = signed_in(owner)
    before = phone.refresh_token

    answer = phone.refresh()

    assert answer.status_code == 200
    assert set(shown(answer)["data"]) == {"access_token", "refresh_token", "expires_in"}
    assert phone.refresh_token != before
    assert phone.is_signed_in
    assert Session.objects.count() == 1


def test_refresh_needs_no_valid_access_token(owner: User) -> None:
    phone = signed_in(owner)

    with time_machine.travel(clock.now() + timedelta(hours=1)):
        assert not phone.is_signed_in
        assert phone.refresh().status_code == 200
        assert phone.is_signed_in


def test_lost_answer_is_given_again_within_the_grace(owner: User) -> None:
    phone = signed_in(owner)
    spent = phone.refresh_token
    first = shown(phone.refresh())["data"]["refresh_token"]

    phone.refresh_token = spent
    again = shown(phone.refresh())["data"]["refresh_token"]

    assert first == again
    assert ends_of(owner) == []


def test_spent_token_that_comes_back_later_ends_the_session(owner: User) -> None:
    phone = signed_in(owner)
    spent = phone.refresh_token
    phone.refresh()
    thief = Phone()
    thief.refresh_token = spent

    with time_machine.travel(clock.now() + timedelta(seconds=31)):
        answer = thief.refresh()
        forget_sessions()

        assert answer.status_code == 401
        assert shown(answer)["code"] == "accounts.refresh_token_refused"
        assert not phone.is_signed_in
        assert phone.refresh().status_code == 401
    assert ends_of(owner) == [EndReason.TOKEN_REUSED]


def test_refresh_token_expires(owner: User) -> None:
    phone = signed_in(owner)

    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert phone.refresh().status_code == 401


@pytest.mark.parametrize("token", ["", "unknown", "a" * 100_000, "\x00", None, 7, {}])
def test_text_that_is_no_refresh_token_is_refused(token: object) -> None:
    answer = Phone().send("POST", f"{FLOWS}/tokens/refresh", {"refresh_token": token})

    assert answer.status_code in {400, 401}


def test_refresh_tokens_are_stored_as_hashes_and_sealed(owner: User) -> None:
    phone = signed_in(owner)
    spent = phone.refresh_token
    phone.refresh()

    stored = b"".join(
        bytes(row.token_hash) + bytes(row.sealed_successor) for row in RefreshToken.objects.all()
    )

    assert spent.encode() not in stored
    assert phone.refresh_token.encode() not in stored


@pytest.mark.django_db(transaction=True)
def test_parallel_refreshes_get_one_successor(owner: User) -> None:
    phone = signed_in(owner)
    twins = [Phone() for _ in range(8)]
    together = Barrier(len(twins))

    def refresh(twin: Phone) -> str:
        try:
            twin.refresh_token = phone.refresh_token
            together.wait()
            successor: str = shown(twin.refresh())["data"]["refresh_token"]
            return successor
        finally:
            connection.close()

    with ThreadPoolExecutor(len(twins)) as pool:
        successors = set(pool.map(refresh, twins))

    assert len(successors) == 1
    assert RefreshToken.objects.count() == 2


def forget_sessions() -> None:
    """Let half a second pass for what this process remembers."""
    live_sessions.clear()
