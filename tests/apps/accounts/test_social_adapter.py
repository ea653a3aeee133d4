"""Signing up and in by providers: nobody takes over an account by an address."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from pytest_django import Settings

from apps.accounts.models import Session, User
from tests.apps.accounts.openid_provider import OpenIdProvider
from tests.apps.accounts.phones import (
    FLOWS,
    Phone,
    code_mailed_to,
    shown,
    subjects_mailed_to,
)
from tests.apps.accounts.providing import by, sent, topics_of
from tests.factories.accounts import EmailAddressFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_second_sign_in_finds_the_account_whatever_the_address_is_now(
    google: OpenIdProvider,
) -> None:
    by(google)

    phone = by(google, email="other@example.com")

    assert phone.is_signed_in
    assert User.objects.get().email == "ada@example.com"
    assert Session.objects.count() == 2


@pytest.mark.parametrize("is_ours_verified", [True, False])
def test_verified_address_of_an_account_takes_over_nothing(
    google: OpenIdProvider, is_ours_verified: bool
) -> None:
    user = UserFactory.create(email="ada@example.com", address=None)
    EmailAddressFactory.create(user=user, verified=is_ours_verified)
    phone = Phone()

    answer = sent(phone, "google", id_token=google.id_token())

    assert (answer.status_code, shown(answer)["code"]) == (409, "accounts.address_taken")
    assert not phone.access_token
    assert not SocialAccount.objects.exists()
    assert not Session.objects.exists()


def test_unverified_address_of_an_account_is_answered_as_any_other(
    google: OpenIdProvider, owner: User
) -> None:
    known, unknown = Phone(), Phone()

    first = sent(known, "google", id_token=google.id_token(email=owner.email, email_verified=False))
    second = sent(
        unknown,
        "google",
        id_token=google.id_token(sub="b", email="nobody@example.com", email_verified=False),
    )

    assert first.status_code == second.status_code == 401
    assert shown(first)["data"] == shown(second)["data"]
    assert not SocialAccount.objects.filter(user=owner).exists()
    assert subjects_mailed_to(owner.email) == ["Account Already Exists"]


@pytest.mark.parametrize("claimed", [False, "false", None, "yes", 0])
def test_address_the_provider_has_not_verified_is_verified_by_us(
    google: OpenIdProvider, claimed: object
) -> None:
    phone = by(google, email_verified=claimed)

    assert not phone.access_token
    phone.verify(code_mailed_to("ada@example.com"))
    assert phone.is_signed_in


def test_provider_that_is_not_configured_is_off(settings: Settings) -> None:
    off = {name: {**it, "client_ids": ()} for name, it in settings.ACCOUNTS_PROVIDERS.items()}
    settings.ACCOUNTS_PROVIDERS = off
    phone = Phone()

    config = shown(phone.get(f"{FLOWS}/config"))["data"]
    answer = sent(phone, "google", id_token="x")

    assert config["socialaccount"]["providers"] == []
    assert answer.status_code == 400
    assert shown(answer)["errors"][0]["code"] == "unknown_provider"


def test_stranger_signs_up_by_google(google: OpenIdProvider) -> None:
    phone = Phone()

    answer = sent(phone, "google", id_token=google.id_token(name="Ada"), nonce="")

    assert answer.status_code == 200, answer.content
    assert phone.is_signed_in
    user = User.objects.get()
    assert (user.email, user.name) == ("ada@example.com", "Ada")
    assert not user.has_usable_password()
    assert EmailAddress.objects.get().verified
    assert topics_of(user) == [
        "accounts.user.signed_up",
        "accounts.email.verified",
        "accounts.provider.linked",
        "accounts.session.started",
    ]


def test_second_factor_is_asked_for_after_a_provider_too(
    google: OpenIdProvider, owner: User
) -> None:
    phone = Phone()
    phone.sign_in(owner.email)
    phone.set_up_totp()
    sent(phone, "google", "connect", id_token=google.id_token())
    other = Phone()

    answer = sent(other, "google", id_token=google.id_token())

    flows = {flow["id"]: flow for flow in shown(answer)["data"]["flows"]}
    assert answer.status_code == 401
    assert flows["mfa_authenticate"]["is_pending"]
    assert not other.access_token


def test_inactive_account_is_not_entered_by_a_provider(google: OpenIdProvider) -> None:
    by(google)
    User.objects.update(is_active=False)

    phone = by(google)

    assert not phone.access_token
    assert Session.objects.count() == 1
