"""Forgotten and changed passwords, and replaced addresses, over real routes."""

import pytest
from allauth.account.models import EmailAddress

from apps.accounts.models import Session, User
from apps.accounts.types import EndReason
from apps.events.models import LogEntry
from tests.apps.accounts.phones import (
    FLOWS,
    Phone,
    code_mailed_to,
    shown,
    signed_in,
    subjects_mailed_to,
)
from tests.factories.accounts import PASSWORD, EmailAddressFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = "A completely other secret 7"


def topics_of(user: User) -> list[str]:
    entries = LogEntry.objects.filter(payload__user_id=str(user.public_id))
    return list(entries.order_by("position").values_list("topic", flat=True))


def forgot(email: str) -> Phone:
    phone = Phone()
    answer = phone.post(f"{FLOWS}/auth/password/request", email=email)
    assert answer.status_code == 401
    return phone


def test_forgotten_password_is_replaced_by_a_code(owner: User) -> None:
    elsewhere = signed_in(owner)
    phone = forgot("OWNER@example.com")

    code = code_mailed_to("owner@example.com")
    answer = phone.post(f"{FLOWS}/auth/password/reset", key=code, password=NEW)

    assert answer.status_code == 401
    assert not elsewhere.is_signed_in
    assert Phone().sign_in("owner@example.com", PASSWORD).status_code == 400
    assert Phone().sign_in("owner@example.com", NEW).status_code == 200
    assert Session.objects.filter(end_reason=EndReason.PASSWORD_CHANGED).count() == 1
    assert "accounts.password.changed" in topics_of(owner)


def test_reset_code_works_once(owner: User) -> None:
    phone = forgot("owner@example.com")
    code = code_mailed_to("owner@example.com")
    phone.post(f"{FLOWS}/auth/password/reset", key=code, password=NEW)

    answer = phone.post(f"{FLOWS}/auth/password/reset", key=code, password=PASSWORD)

    assert answer.status_code == 409
    owner.refresh_from_db()
    assert owner.check_password(NEW)


def test_wrong_reset_code_changes_nothing(owner: User) -> None:
    phone = forgot("owner@example.com")

    answer = phone.post(f"{FLOWS}/auth/password/reset", key="AAAA-AAAA", password=NEW)

    assert answer.status_code == 400
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_forgetting_does_not_tell_whether_the_address_has_an_account(owner: User) -> None:
    known = Phone().post(f"{FLOWS}/auth/password/request", email="owner@example.com")
    unknown = Phone().post(f"{FLOWS}/auth/password/request", email="nobody@example.com")

    assert known.status_code == unknown.status_code
    assert shown(known)["data"] == shown(unknown)["data"]


@pytest.mark.parametrize("password", ["short", "password1234", "owner@example.com", "a" * 1025])
def test_new_password_follows_the_policy_on_every_path(owner: User, password: str) -> None:
    phone = forgot("owner@example.com")
    code = code_mailed_to("owner@example.com")
    reset = phone.post(f"{FLOWS}/auth/password/reset", key=code, password=password)
    changed = signed_in(owner).post(
        f"{FLOWS}/account/password/change", current_password=PASSWORD, new_password=password
    )

    assert (reset.status_code, changed.status_code) == (400, 400)
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_changed_password_keeps_this_session_and_ends_the_others(owner: User) -> None:
    phone, elsewhere = signed_in(owner), signed_in(owner)

    answer = phone.post(
        f"{FLOWS}/account/password/change", current_password=PASSWORD, new_password=NEW
    )

    assert answer.status_code == 200
    assert phone.is_signed_in
    assert phone.refresh().status_code == 200
    assert phone.get(f"{FLOWS}/auth/session").status_code == 200
    assert not elsewhere.is_signed_in
    assert elsewhere.refresh().status_code == 401


def test_signing_out_after_a_changed_password_still_ends_the_session(owner: User) -> None:
    phone = signed_in(owner)
    phone.post(f"{FLOWS}/account/password/change", current_password=PASSWORD, new_password=NEW)

    phone.delete(f"{FLOWS}/auth/session")

    assert not phone.is_signed_in


def test_password_is_not_changed_without_the_present_one(owner: User) -> None:
    answer = signed_in(owner).post(
        f"{FLOWS}/account/password/change", current_password="wrong", new_password=NEW
    )

    assert answer.status_code == 400
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_address_is_replaced_once_the_new_one_is_verified(owner: User) -> None:
    phone = signed_in(owner)
    phone.show_password_again()

    asked = phone.post(f"{FLOWS}/account/email", email="New@Example.com")
    owner.refresh_from_db()
    before = owner.email
    verified = phone.verify(code_mailed_to("new@example.com"))

    assert asked.status_code == 200
    assert before == "owner@example.com"
    assert verified.status_code == 200
    owner.refresh_from_db()
    assert owner.email == "new@example.com"
    assert EmailAddress.objects.get(user=owner).email == "new@example.com"


@pytest.mark.parametrize("is_verified", [True, False])
def test_address_of_somebody_else_cannot_be_taken(owner: User, is_verified: bool) -> None:
    taken = UserFactory.create(email="taken@example.com", address=None)
    EmailAddressFactory.create(user=taken, verified=is_verified)
    phone = signed_in(owner)
    phone.show_password_again()

    phone.post(f"{FLOWS}/account/email", email="TAKEN@example.com")
    answer = phone.verify(code_mailed_to("taken@example.com"))

    assert answer.status_code == (400 if is_verified else 409)
    owner.refresh_from_db()
    assert owner.email == "owner@example.com"


def test_mistyped_address_is_corrected_in_canonical_form() -> None:
    phone = Phone()
    phone.sign_up("tpyo@example.com")

    answer = phone.post(f"{FLOWS}/account/email", email="typo@\uff45xample.com")
    phone.verify(code_mailed_to("typo@example.com"))

    assert answer.status_code == 200
    assert User.objects.get().email == "typo@example.com"
    assert phone.is_signed_in


def test_owner_hears_by_mail_of_a_changed_password(owner: User) -> None:
    signed_in(owner).post(
        f"{FLOWS}/account/password/change", current_password=PASSWORD, new_password=NEW
    )

    assert subjects_mailed_to(owner.email) == ["Password Changed"]


def test_owner_hears_by_mail_of_a_password_set_by_code(owner: User) -> None:
    phone = forgot(owner.email)
    phone.post(f"{FLOWS}/auth/password/reset", key=code_mailed_to(owner.email), password=NEW)

    assert subjects_mailed_to(owner.email)[-1] == "Password Reset"


def test_former_address_hears_of_the_new_one_and_the_change_is_announced(owner: User) -> None:
    phone = signed_in(owner)
    phone.show_password_again()
    phone.post(f"{FLOWS}/account/email", email="new@example.com")
    phone.verify(code_mailed_to("new@example.com"))

    assert subjects_mailed_to("owner@example.com") == ["Email Changed"]
    assert topics_of(owner)[-2:] == ["accounts.email.verified", "accounts.email.changed"]
    assert phone.is_signed_in


def test_first_address_replaces_none(owner: User) -> None:
    phone = Phone()
    phone.sign_up("ada@example.com")
    phone.verify(code_mailed_to("ada@example.com"))

    assert "accounts.email.changed" not in topics_of(User.objects.get(email="ada@example.com"))
