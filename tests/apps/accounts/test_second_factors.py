"""Authenticator apps and recovery codes over real routes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection

from apps.accounts.models import Session, User
from apps.kernel import clock
from apps.keyring.encryption import kid_of
from apps.keyring.ring import ring
from apps.keyring.services import activate_key, add_key, reencrypt
from apps.keyring.types import Purpose
from tests.apps.accounts.phones import FLOWS, Phone, shown, signed_in, totp

pytestmark = pytest.mark.django_db

RECOVERY_CODES = f"{FLOWS}/account/authenticators/recovery-codes"


def asked_for_a_code(user: User) -> Phone:
    phone = Phone()
    answer = phone.sign_in(user.email)
    flows = {flow["id"]: flow for flow in shown(answer)["data"]["flows"]}
    assert answer.status_code == 401
    assert flows["mfa_authenticate"]["is_pending"]
    assert not phone.access_token
    return phone


def later(seconds: int) -> time_machine.travel:
    """Travel on: a code that was used, to add the app for instance, is worthless."""
    return time_machine.travel(clock.now() + timedelta(seconds=seconds))


def test_second_factor_is_asked_for_once_it_is_set_up(owner: User) -> None:
    secret = signed_in(owner).set_up_totp()

    with later(60):
        phone = asked_for_a_code(owner)
        answer = phone.enter(totp(secret))

        assert answer.status_code == 200
        assert set(shown(answer)["meta"]) >= {"access_token", "refresh_token"}
        assert phone.is_signed_in


def test_wrong_code_signs_nobody_in(owner: User) -> None:
    signed_in(owner).set_up_totp()
    phone = asked_for_a_code(owner)
    sessions = Session.objects.count()

    answer = phone.enter("000000")

    assert answer.status_code == 400
    assert shown(answer)["errors"][0]["code"] == "incorrect_code"
    assert Session.objects.count() == sessions


def test_guessing_codes_is_stopped(owner: User) -> None:
    signed_in(owner).set_up_totp()
    phone = asked_for_a_code(owner)

    answers = [phone.enter(f"{number:06}") for number in range(6)]

    assert answers[0].status_code == 400
    assert answers[-1].status_code == 429
    assert shown(answers[-1])["code"] == "accounts.too_many_attempts"


@pytest.mark.parametrize(("seconds", "status"), [(30, 200), (90, 400)], ids=["slow", "too slow"])
def test_code_that_takes_a_while_to_type_is_taken(owner: User, seconds: int, status: int) -> None:
    secret = signed_in(owner).set_up_totp()
    begun = clock.now().timestamp() // 30 * 30 + 60

    with time_machine.travel(begun):
        code, phone = totp(secret), asked_for_a_code(owner)
    with time_machine.travel(begun + seconds):
        answer = phone.enter(code)

    assert answer.status_code == status


def test_code_of_the_app_works_once(owner: User) -> None:
    secret = signed_in(owner).set_up_totp()

    with later(60):
        first, second = asked_for_a_code(owner), asked_for_a_code(owner)
        code = totp(secret)

        assert first.enter(code).status_code == 200
        assert second.enter(code).status_code == 400


def test_recovery_code_stands_in_for_the_app_once(owner: User) -> None:
    phone = signed_in(owner)
    phone.set_up_totp()
    codes = shown(phone.get(RECOVERY_CODES))["data"]["unused_codes"]

    assert len(codes) == 10
    assert asked_for_a_code(owner).enter(codes[0]).status_code == 200
    assert asked_for_a_code(owner).enter(codes[0]).status_code == 400
    assert asked_for_a_code(owner).enter(codes[1]).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["recovery code", "code of the app"])
def test_of_parallel_uses_of_one_code_one_signs_in(owner: User, kind: str) -> None:
    phone = signed_in(owner)
    secret = phone.set_up_totp()
    code = shown(phone.get(RECOVERY_CODES))["data"]["unused_codes"][0]
    with later(60):
        # As many as may guess at all.
        phones = [asked_for_a_code(owner) for _ in range(5)]
        together = Barrier(len(phones))
        tried = code if kind == "recovery code" else totp(secret)

        def enter(twin: Phone) -> int:
            try:
                together.wait()
                return twin.enter(tried).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(len(phones)) as pool:
            statuses = list(pool.map(enter, phones))

    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 400, 429}


def test_new_recovery_codes_replace_the_old_ones(owner: User) -> None:
    phone = signed_in(owner)
    phone.set_up_totp()
    (old, *_) = shown(phone.get(RECOVERY_CODES))["data"]["unused_codes"]

    (new, *_) = shown(phone.post(RECOVERY_CODES))["data"]["unused_codes"]

    assert asked_for_a_code(owner).enter(old).status_code == 400
    assert asked_for_a_code(owner).enter(new).status_code == 200


def test_app_is_removed_by_its_owner(owner: User) -> None:
    phone = signed_in(owner)
    phone.set_up_totp()

    answer = phone.delete(f"{FLOWS}/account/authenticators/totp")

    assert answer.status_code == 200
    assert Phone().sign_in(owner.email).status_code == 200
    assert not Authenticator.objects.exists()


def test_factors_are_changed_only_shortly_after_the_password(owner: User) -> None:
    phone = signed_in(owner)
    asked = phone.get(f"{FLOWS}/account/authenticators/totp")
    secret = shown(asked)["meta"]["secret"]

    at_once = phone.post(f"{FLOWS}/account/authenticators/totp", code=totp(secret))
    phone.show_password_again()
    with later(301):
        long_after = phone.post(f"{FLOWS}/account/authenticators/totp", code=totp(secret))

    assert (at_once.status_code, long_after.status_code) == (401, 401)
    assert not Authenticator.objects.exists()


def test_secrets_are_stored_encrypted(owner: User) -> None:
    phone = signed_in(owner)
    secret = phone.set_up_totp()
    stored = {each.type: each.data for each in Authenticator.objects.all()}

    assert secret not in str(stored)
    assert all(
        "." in stored[kind][place]
        for kind, place in (("totp", "secret"), ("recovery_codes", "seed"))
    )


def test_secrets_survive_the_rotation_of_their_key(owner: User) -> None:
    phone = signed_in(owner)
    secret = phone.set_up_totp()
    (code, *_) = shown(phone.get(RECOVERY_CODES))["data"]["unused_codes"]
    former = kid_of(Authenticator.objects.get(type="totp").data["secret"].encode())
    activate_key(kid=add_key(purpose=Purpose.FIELD_ENCRYPTION))
    ring.forget()

    list(reencrypt(purpose=Purpose.FIELD_ENCRYPTION))

    assert former not in str([each.data for each in Authenticator.objects.all()])
    assert asked_for_a_code(owner).enter(code).status_code == 200
    with later(60):
        assert asked_for_a_code(owner).enter(totp(secret)).status_code == 200
