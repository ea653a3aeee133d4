"""Sign-in, refresh and sign-out over real routes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.contrib.sessions.models import Session as DjangoSession
from django.db import connection
from pytest_django import Settings

from apps.accounts.models import RefreshToken, Session, User
from apps.accounts.types import EndReason
from apps.events.models import LogEntry
from apps.kernel import clock
from tests.apps.accounts.hashing import all_hashing_places_taken
from tests.apps.accounts.phones import API, FLOWS, Phone, code_mailed_to, shown
from tests.factories.accounts import EmailAddressFactory, UserFactory

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Phone:
    phone = Phone()
    phone.sign_in(user.email)
    assert phone.access_token
    return phone


def ends_of(user: User) -> list[str]:
    entries = LogEntry.objects.filter(
        topic="accounts.session.ended", payload__user_id=str(user.public_id)
    )
    return [entry.payload["reason"] for entry in entries.order_by("position")]


def test_person_signs_in_by_password(owner: User) -> None:
    phone = Phone()

    answer = phone.sign_in("Owner@Example.COM")

    assert answer.status_code == 200
    assert shown(answer)["meta"]["expires_in"] == 600
    assert phone.is_signed_in
    session = Session.objects.get()
    assert session.user == owner
    assert session.user_agent == "TestPhone/1.0"
    assert str(session.ip).startswith("10.")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("owner@example.com", "wrong password 123"),
        ("nobody@example.com", "correct horse battery staple"),
        ("owner@example.com", "correct horse battery staple "),
        ("owner@example.com", "CORRECT HORSE BATTERY STAPLE"),
    ],
)
def test_wrong_password_and_unknown_address_look_alike(
    owner: User, email: str, password: str
) -> None:
    answer = Phone().sign_in(email, password)

    assert answer.status_code == 400
    (error,) = shown(answer)["errors"]
    assert error["code"] == "email_password_mismatch"
    assert not Session.objects.exists()


def test_password_above_the_limit_is_refused_unhashed(owner: User, settings: Settings) -> None:
    with all_hashing_places_taken(settings):
        answer = Phone().sign_in("owner@example.com", "a" * 1025)

    assert answer.status_code == 400
    assert shown(answer)["errors"][0]["code"] == "max_length"


def test_sign_in_beyond_the_places_for_hashing_is_asked_to_come_back(
    owner: User, settings: Settings
) -> None:
    with all_hashing_places_taken(settings):
        answer = Phone().sign_in("owner@example.com")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "1"
    assert answer["Content-Type"] == "application/problem+json"
    assert shown(answer)["code"] == "accounts.sign_in_busy"


def test_guessing_one_password_is_stopped(owner: User) -> None:
    answers = [Phone().sign_in("owner@example.com", f"wrong password {n}") for n in range(10)]

    codes = [shown(answer)["errors"][0]["code"] for answer in answers]
    assert codes[0] == "email_password_mismatch"
    assert codes[-1] == "too_many_login_attempts"


def test_unverified_address_is_verified_before_the_first_session() -> None:
    user = UserFactory.create(email="late@example.com", address=None)
    EmailAddressFactory.create(user=user, verified=False)
    phone = Phone()

    asked = phone.sign_in("late@example.com")
    phone.verify(code_mailed_to("late@example.com"))

    assert asked.status_code == 401
    assert phone.is_signed_in


def test_inactive_account_cannot_sign_in() -> None:
    UserFactory.create(email="gone@example.com", is_active=False)
    phone = Phone()

    answer = phone.sign_in("gone@example.com")

    assert answer.status_code in {400, 401}
    assert not phone.access_token
    assert not Session.objects.exists()


def test_deactivated_user_is_out_at_once_and_cannot_refresh(owner: User) -> None:
    phone = signed_in(owner)

    User.objects.filter(pk=owner.pk).update(is_active=False)
    forget_sessions()

    assert not phone.is_signed_in
    assert phone.refresh().status_code == 401


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


def test_sign_out_by_either_route_ends_the_session(owner: User) -> None:
    for method, path in [("DELETE", f"{FLOWS}/auth/session"), ("POST", f"{API}/sign-out/")]:
        phone = signed_in(owner)

        phone.send(method, path)

        assert not phone.is_signed_in
        assert phone.refresh().status_code == 401
    assert ends_of(owner) == [EndReason.SIGNED_OUT, EndReason.SIGNED_OUT]
    assert not DjangoSession.objects.exists()


def test_allauth_session_token_dies_with_the_session(owner: User) -> None:
    phone = signed_in(owner)
    session_token = phone.session_token

    phone.post(f"{API}/sign-out/")

    other = Phone()
    other.session_token = session_token
    assert other.get(f"{FLOWS}/auth/session").status_code == 410


def test_two_phones_have_two_sessions(owner: User) -> None:
    first, second = signed_in(owner), signed_in(owner)

    first.post(f"{API}/sign-out/")

    assert not first.is_signed_in
    assert second.is_signed_in


def forget_sessions() -> None:
    """Let half a second pass for what this process remembers."""
    from apps.accounts.live_sessions import live_sessions

    live_sessions.clear()
