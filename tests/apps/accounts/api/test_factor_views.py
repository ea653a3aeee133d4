"""Each change of a factor is announced with it, and its owner gets a mail."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction

from apps.accounts.models import User
from apps.events.models import LogEntry
from tests.apps.accounts.passkeys import ORIGIN, Passkey
from tests.apps.accounts.phones import FLOWS, Phone, shown, subjects_mailed_to, totp

pytestmark = pytest.mark.django_db

FACTORS = f"{FLOWS}/account/authenticators"


def delicate(user: User) -> Phone:
    phone = Phone()
    phone.sign_in(user.email)
    phone.show_password_again()
    return phone


def changes_of(user: User) -> list[tuple[str, str]]:
    entries = LogEntry.objects.filter(payload__user_id=str(user.public_id))
    return [
        (entry.topic.removeprefix("accounts."), str(entry.payload.get("kind", "")))
        for entry in entries.order_by("position")
        if "session" not in entry.topic
    ]


def add_passkey(phone: Phone) -> tuple[Passkey, int]:
    passkey = Passkey(origin=ORIGIN)
    options = shown(phone.get(f"{FACTORS}/webauthn?passwordless"))["data"]["creation_options"]
    answer = phone.post(f"{FACTORS}/webauthn", name="Phone", credential=passkey.register(options))
    assert answer.status_code == 200, answer.content
    return passkey, Authenticator.objects.get(type="webauthn").pk


def test_app_and_its_recovery_codes_come_and_go(owner: User) -> None:
    phone = delicate(owner)
    phone.set_up_totp()
    phone.delete(f"{FACTORS}/totp")

    assert changes_of(owner) == [
        ("factor.added", "totp"),
        ("factor.added", "recovery_codes"),
        ("factor.removed", "totp"),
        ("factor.removed", "recovery_codes"),
    ]
    assert subjects_mailed_to(owner.email) == [
        "Authenticator App Activated",
        "Authenticator App Deactivated",
    ]


def test_recovery_codes_are_made_and_used(owner: User) -> None:
    phone = delicate(owner)
    phone.set_up_totp()
    (code, *_) = shown(phone.post(f"{FACTORS}/recovery-codes"))["data"]["unused_codes"]
    other = Phone()
    other.sign_in(owner.email)
    other.enter(code)

    assert [topic for topic, _ in changes_of(owner)[2:]] == [
        "recovery_codes.generated",
        "recovery_code.used",
    ]
    used = LogEntry.objects.get(
        topic="accounts.recovery_code.used", payload__user_id=str(owner.public_id)
    )
    assert used.payload["left"] == 9
    assert "New Recovery Codes Generated" in subjects_mailed_to(owner.email)


def test_passkey_is_added_renamed_and_removed(owner: User) -> None:
    phone = delicate(owner)
    _, factor_id = add_passkey(phone)
    phone.send("PUT", f"{FACTORS}/webauthn", {"id": factor_id, "name": "Blue"})
    phone.send("DELETE", f"{FACTORS}/webauthn", {"authenticators": [factor_id]})

    assert changes_of(owner) == [
        ("factor.added", "webauthn"),
        ("factor.added", "recovery_codes"),
        ("passkey.renamed", ""),
        ("factor.removed", "webauthn"),
        ("factor.removed", "recovery_codes"),
    ]
    assert subjects_mailed_to(owner.email) == ["Security Key Added", "Security Key Removed"]


def test_refused_change_announces_nothing(owner: User) -> None:
    phone = Phone()
    phone.sign_in(owner.email)

    secret = shown(phone.get(f"{FACTORS}/totp"))["meta"]["secret"]
    early = phone.post(f"{FACTORS}/totp", code=totp(secret))
    phone.show_password_again()
    wrong = phone.post(f"{FACTORS}/totp", code="000000")

    assert (early.status_code, wrong.status_code) == (401, 400)
    assert changes_of(owner) == []


def test_recovery_code_opens_the_minutes_for_changes_and_is_announced(owner: User) -> None:
    phone = delicate(owner)
    phone.set_up_totp()
    (code, *_) = shown(phone.get(f"{FACTORS}/recovery-codes"))["data"]["unused_codes"]

    answer = phone.post(f"{FLOWS}/auth/2fa/reauthenticate", code=code)

    assert answer.status_code == 200
    assert changes_of(owner)[-1] == ("recovery_code.used", "")


def test_change_that_is_rolled_back_was_never_announced(owner: User) -> None:
    phone = delicate(owner)

    with transaction.atomic():
        phone.set_up_totp()
        transaction.set_rollback(True)

    assert changes_of(owner) == []
    assert not Authenticator.objects.exists()
