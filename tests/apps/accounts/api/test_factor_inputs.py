"""Codes that are spent for good, and passkeys of which there is one."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from pytest_django import Settings

from apps.accounts.models import User
from apps.events.models import LogEntry
from apps.kernel import clock
from tests.apps.accounts.api.test_passkeys import LOGIN, added_to
from tests.apps.accounts.phones import FLOWS, Phone, shown, totp

pytestmark = pytest.mark.django_db


def asked_for_a_code(user: User) -> Phone:
    phone = Phone()
    assert phone.sign_in(user.email).status_code == 401
    return phone


def with_an_app(user: User) -> str:
    phone = Phone()
    phone.sign_in(user.email)
    return phone.set_up_totp()


def later(seconds: int) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(seconds=seconds))


def test_code_stays_spent_when_the_cache_forgets(owner: User) -> None:
    secret = with_an_app(owner)

    with later(60):
        first, second = asked_for_a_code(owner), asked_for_a_code(owner)
        code = totp(secret)
        accepted = first.enter(code)
        cache.clear()

        assert (accepted.status_code, second.enter(code).status_code) == (200, 400)


def test_code_that_added_the_app_is_spent(owner: User) -> None:
    with time_machine.travel(clock.now(), tick=False):
        secret = with_an_app(owner)

        assert asked_for_a_code(owner).enter(totp(secret)).status_code == 400


def test_code_is_taken_while_redis_is_dead(owner: User, settings: Settings) -> None:
    secret = with_an_app(owner)
    dead = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": dead}

    with later(60):
        assert asked_for_a_code(owner).enter(totp(secret)).status_code == 200


def test_code_opens_the_minutes_for_changes_once(owner: User) -> None:
    secret, phone = with_an_app(owner), Phone()
    phone.session_token = ""
    with later(60):
        phone = asked_for_a_code(owner)
        phone.enter(totp(secret))

        again = phone.post(f"{FLOWS}/auth/2fa/reauthenticate", code=totp(secret))

        assert again.status_code == 400


def signed_by(passkey_of: User, *counts: int) -> list[int]:
    passkey = added_to(passkey_of)
    statuses = []
    for count in counts:
        phone = Phone()
        passkey.count = count
        options = shown(phone.get(LOGIN))["data"]["request_options"]
        statuses.append(phone.post(LOGIN, credential=passkey.sign(options)).status_code)
    return statuses


def test_passkey_counts_forward(owner: User) -> None:
    assert signed_by(owner, 1, 2, 7) == [200, 200, 200]


@pytest.mark.parametrize("counts", [(5, 5), (5, 4), (5, 0)])
def test_copy_of_a_passkey_is_refused_and_announced(owner: User, counts: tuple[int, ...]) -> None:
    assert signed_by(owner, *counts) == [200, 400]

    assert LogEntry.objects.filter(
        topic="accounts.passkey.refused", payload__user_id=str(owner.public_id)
    ).exists()
    assert Authenticator.objects.get(type="webauthn").data["sign_count"] == 5


def test_passkey_that_does_not_count_is_let_in(owner: User) -> None:
    assert signed_by(owner, 0, 0) == [200, 200]
