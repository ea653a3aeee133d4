"""Sign-up over real routes, with the mails that people get."""

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import override_settings

from apps.accounts.models import Session, User
from apps.events.models import LogEntry
from apps.kernel import clock
from devstack import ports
from tests.apps.accounts.phones import FLOWS, Phone, code_mailed_to, shown

pytestmark = pytest.mark.django_db


def topics() -> list[str]:
    """Topics announced of the only user, oldest first; the log outlives other tests."""
    entries = LogEntry.objects.filter(payload__user_id=str(User.objects.get().public_id))
    return list(entries.order_by("position").values_list("topic", flat=True))


def test_person_signs_up_verifies_and_is_signed_in() -> None:
    phone = Phone()

    asked = phone.sign_up("ada@example.com", name="Ada", locale="de-AT", time_zone="Europe/Vienna")
    verified = phone.verify(code_mailed_to("ada@example.com"))

    assert asked.status_code == 401
    assert {"id": "verify_email", "is_pending": True} in shown(asked)["data"]["flows"]
    assert verified.status_code == 200
    assert set(shown(verified)["meta"]) >= {"access_token", "refresh_token", "expires_in"}
    assert shown(verified)["meta"]["expires_in"] == 600
    assert phone.is_signed_in
    user = User.objects.get()
    assert (user.name, user.locale, user.time_zone) == ("Ada", "de-AT", "Europe/Vienna")
    assert EmailAddress.objects.get(user=user).verified
    assert topics() == [
        "accounts.user.signed_up",
        "accounts.email.verified",
        "accounts.session.started",
    ]


def test_answer_shows_the_public_id_only() -> None:
    phone = Phone()
    phone.sign_up("ada@example.com")

    verified = phone.verify(code_mailed_to("ada@example.com"))

    shown_user = shown(verified)["data"]["user"]
    assert shown_user["id"] == str(User.objects.get().public_id)


def test_wrong_code_verifies_nothing() -> None:
    phone = Phone()
    phone.sign_up("ada@example.com")

    answer = phone.verify("AAAA-AAAA")

    assert answer.status_code == 400
    assert not EmailAddress.objects.get().verified
    assert not Session.objects.exists()


def test_code_is_worthless_after_too_many_wrong_ones() -> None:
    phone = Phone()
    phone.sign_up("ada@example.com")
    for _ in range(3):
        phone.verify("AAAA-AAAA")

    answer = phone.verify(code_mailed_to("ada@example.com"))

    assert answer.status_code == 409


def test_mail_server_that_is_away_costs_the_code_and_asking_again_sends_another() -> None:
    phone = Phone()

    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST=ports.LOOPBACK,
        EMAIL_PORT=ports.free_port(),
    ):
        asked = phone.sign_up("ada@example.com")
    assert (asked.status_code, mail.outbox) == (401, [])
    # A code is sent every ten seconds at most.
    with time_machine.travel(clock.now().timestamp() + 11):
        again = phone.post(f"{FLOWS}/auth/email/verify/resend")
        verified = phone.verify(code_mailed_to("ada@example.com"))

    assert (again.status_code, verified.status_code) == (200, 200)
