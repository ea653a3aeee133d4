"""Devices known from an earlier sign-in are not locked out by what strangers try."""

from datetime import timedelta

import pytest
import time_machine

from apps.accounts import services
from apps.accounts.known_devices import device_token, known_device
from apps.accounts.models import Session, User
from apps.accounts.types import EndReason
from apps.kernel import clock
from apps.keyring.services import sign_token
from tests.apps.accounts.phones import API, Phone, shown
from tests.factories.accounts import SessionFactory

pytestmark = pytest.mark.django_db


def known_phone(user: User) -> Phone:
    """Return a phone that has signed in and out, and kept its token."""
    phone = Phone()
    token = shown(phone.sign_in(user.email))["meta"]["device_token"]
    phone.post(f"{API}/sign-out/")
    fresh = Phone()
    fresh.device_token = token
    return fresh


def lock(user: User) -> None:
    """Try wrong passwords from everywhere until nobody's attempt is looked at."""
    statuses = [Phone().sign_in(user.email, f"Wrong password {n}").status_code for n in range(6)]
    assert statuses[-1] == 429


def test_owner_gets_in_from_a_known_device_while_strangers_are_locked_out(owner: User) -> None:
    phone = known_phone(owner)
    lock(owner)

    assert Phone().sign_in(owner.email).status_code == 429
    assert phone.sign_in(owner.email).status_code == 200
    assert phone.is_signed_in


def test_owner_who_gets_in_does_not_let_strangers_try_anew(owner: User) -> None:
    phone = known_phone(owner)
    lock(owner)
    phone.sign_in(owner.email)

    assert Phone().sign_in(owner.email, "Wrong password 7").status_code == 429


def test_known_device_is_locked_for_itself(owner: User) -> None:
    phone = known_phone(owner)

    statuses = [phone.sign_in(owner.email, f"Wrong password {n}").status_code for n in range(6)]

    assert statuses == [400] * 5 + [429]
    assert Phone().sign_in(owner.email).status_code == 200


def test_device_of_one_account_is_unknown_to_others(owner: User, stranger: User) -> None:
    phone = known_phone(stranger)
    lock(owner)

    assert phone.sign_in(owner.email).status_code == 429


@pytest.mark.parametrize("reason", [reason for reason in EndReason if reason != "signed_out"])
def test_device_is_forgotten_when_its_session_was_ended_for_a_reason(
    owner: User, reason: EndReason
) -> None:
    session = SessionFactory.create(user=owner)
    token = device_token(user_id=owner.public_id, session_id=session.public_id)
    before = known_device(token, email=owner.email)

    services.end_session(session_id=session.public_id, reason=reason)

    assert before == str(session.public_id)
    assert known_device(token, email=owner.email) == ""


def test_device_is_forgotten_with_time(owner: User) -> None:
    session = SessionFactory.create(user=owner)
    token = device_token(user_id=owner.public_id, session_id=session.public_id)

    with time_machine.travel(clock.now() + timedelta(days=91)):
        assert known_device(token, email=owner.email) == ""


def test_purged_session_is_forgotten(owner: User) -> None:
    session = SessionFactory.create(user=owner)
    token = device_token(user_id=owner.public_id, session_id=session.public_id)
    Session.objects.all().delete()

    assert known_device(token, email=owner.email) == ""


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 100_000, "\xff"])
def test_text_that_is_no_token_makes_no_device_known(owner: User, token: str) -> None:
    assert known_device(token, email=owner.email) == ""


def test_access_token_is_no_device_token_and_the_other_way_round(owner: User) -> None:
    phone = Phone()
    meta = shown(phone.sign_in(owner.email))["meta"]

    assert known_device(meta["access_token"], email=owner.email) == ""
    phone.access_token = meta["device_token"]
    assert not phone.is_signed_in


def test_token_signed_for_something_else_is_refused(owner: User) -> None:
    token = sign_token(
        claims={"sub": str(owner.public_id), "sid": str(owner.public_id)},
        audience="https://elsewhere.example",
        lifetime=timedelta(days=1),
    )

    assert known_device(token, email=owner.email) == ""
