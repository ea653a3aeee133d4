"""Sign-in and sign-out over real routes."""

import pytest
from django.contrib.sessions.models import Session as DjangoSession
from pytest_django import Settings

from apps.accounts.live_sessions import live_sessions
from apps.accounts.models import Session, User
from apps.accounts.types import EndReason
from apps.events.models import LogEntry
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
        ("nobody@example.com", "Correct horse battery staple 7"),
        ("owner@example.com", "Correct horse battery staple 7 "),
        ("owner@example.com", "CORRECT HORSE BATTERY STAPLE 7"),
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
    live_sessions.clear()
