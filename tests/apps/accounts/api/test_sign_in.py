"""Sign-in and sign-out over real routes."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.sessions.models import Session as DjangoSession
from django.db import connection
from django.http import HttpResponse
from pytest_django import Settings

from apps.accounts.live_sessions import live_sessions
from apps.accounts.models import Session, User
from apps.accounts.passwords import BoundedArgon2Hasher
from apps.accounts.types import EndReason
from tests.apps.accounts.hashing import all_hashing_places_taken
from tests.apps.accounts.phones import API, FLOWS, Phone, code_mailed_to, ends_of, shown, signed_in
from tests.factories.accounts import EmailAddressFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hashes(owner: User, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is hashed from now on, whoever asks: the work that takes the time."""
    done: list[str] = []
    encode, verify = BoundedArgon2Hasher.encode, BoundedArgon2Hasher.verify

    def counted_encode(self: BoundedArgon2Hasher, password: str, salt: str) -> str:
        done.append("encode")
        return encode(self, password, salt)

    def counted_verify(self: BoundedArgon2Hasher, password: str, encoded: str) -> bool:
        done.append("verify")
        return verify(self, password, encoded)

    monkeypatch.setattr(BoundedArgon2Hasher, "encode", counted_encode)
    monkeypatch.setattr(BoundedArgon2Hasher, "verify", counted_verify)
    return done


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

    assert shown(answers[0])["errors"][0]["code"] == "email_password_mismatch"
    assert [answer.status_code for answer in answers] == [400] * 5 + [429] * 5
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert shown(answers[-1])["code"] == "accounts.too_many_attempts"
    assert 290 <= int(answers[-1]["Retry-After"]) <= 300


def test_right_password_is_not_tried_either_once_too_many_were_wrong(owner: User) -> None:
    for number in range(5):
        Phone().sign_in("owner@example.com", f"wrong password {number}")

    assert Phone().sign_in("OWNER@example.com").status_code == 429


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("email", ["owner@example.com", "nobody@example.com"])
def test_of_a_hundred_parallel_wrong_passwords_five_are_checked(
    owner: User, email: str, hashes: list[str], settings: Settings
) -> None:
    settings.ACCOUNTS_HASH_WAIT_SECONDS = 30
    phones = [Phone() for _ in range(100)]
    together = Barrier(len(phones))

    def guess(phone: Phone) -> HttpResponse:
        try:
            together.wait()
            return phone.sign_in(email, "Wrong password 7")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(phones)) as pool:
        answers = list(pool.map(guess, phones))

    refused = [answer for answer in answers if answer.status_code == 429]
    assert Counter(answer.status_code for answer in answers) == {400: 5, 429: 95}
    assert len(hashes) == 5
    assert all(int(answer["Retry-After"]) >= 1 for answer in refused)


@pytest.mark.parametrize("who", ["known", "unknown", "without a password", "inactive"])
def test_every_wrong_password_costs_one_hash_and_gets_the_same_body(
    owner: User, who: str, hashes: list[str]
) -> None:
    owner.is_active = who != "inactive"
    if who == "without a password":
        owner.set_unusable_password()
    owner.save()
    email = "nobody@example.com" if who == "unknown" else owner.email

    answer = Phone().sign_in(email, "Wrong password 7")

    assert len(hashes) == 1
    assert answer.status_code == 400
    assert shown(answer)["errors"] == [
        {
            "message": "The email address and/or password you specified are not correct.",
            "code": "email_password_mismatch",
            "param": "password",
        }
    ]


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
