"""Linking, unlinking and what the routes of providers take."""

import pytest
from allauth.socialaccount.models import SocialAccount

from apps.accounts.models import User
from tests.apps.accounts.openid_provider import OpenIdProvider
from tests.apps.accounts.phones import (
    FLOWS,
    Phone,
    code_mailed_to,
    shown,
    subjects_mailed_to,
)
from tests.apps.accounts.providing import by, sent, topics_of

pytestmark = pytest.mark.django_db

PROVIDERS = f"{FLOWS}/account/providers"


def test_identity_without_an_address_is_asked_for_one(apple: OpenIdProvider) -> None:
    phone = by(apple, "apple", email=None, email_verified=None)

    unknown = phone.post(f"{FLOWS}/auth/provider/signup", email="ada@example.com", tier="premium")
    asked = phone.post(f"{FLOWS}/auth/provider/signup", email="Ada@Example.com")
    before = phone.access_token
    phone.verify(code_mailed_to("ada@example.com"))

    assert (unknown.status_code, asked.status_code, before) == (400, 401, "")
    assert phone.is_signed_in
    assert User.objects.get().email == "ada@example.com"
    assert topics_of(User.objects.get()).count("accounts.user.signed_up") == 1


def test_user_links_and_unlinks(google: OpenIdProvider, owner: User) -> None:
    phone = Phone()
    phone.sign_in(owner.email)
    token = google.id_token(email="elsewhere@example.com")

    too_early = sent(phone, "google", "connect", id_token=token)
    phone.show_password_again()
    linked = sent(phone, "google", "connect", id_token=token)
    again = sent(phone, "google", "connect", id_token=token)
    listed = shown(phone.get(PROVIDERS))["data"]
    removed = phone.send(
        "DELETE", PROVIDERS, {"provider": "google", "account": "ada-at-the-provider"}
    )

    assert (too_early.status_code, linked.status_code, again.status_code) == (401, 200, 200)
    assert [account["uid"] for account in listed] == ["ada-at-the-provider"]
    assert removed.status_code == 200
    assert not SocialAccount.objects.exists()
    owner.refresh_from_db()
    assert owner.email == "owner@example.com"
    assert topics_of(owner)[-2:] == ["accounts.provider.linked", "accounts.provider.unlinked"]
    assert subjects_mailed_to(owner.email) == [
        "Third-Party Account Connected",
        "Third-Party Account Disconnected",
    ]


def test_identity_of_somebody_else_is_not_linked(google: OpenIdProvider, owner: User) -> None:
    by(google)
    phone = Phone()
    phone.sign_in(owner.email)
    phone.show_password_again()

    answer = sent(phone, "google", "connect", id_token=google.id_token())

    assert answer.status_code == 400
    assert SocialAccount.objects.get().user.email == "ada@example.com"
    assert "accounts.provider.linked" not in topics_of(owner)


def test_stranger_links_nothing(google: OpenIdProvider) -> None:
    assert sent(Phone(), "google", "connect", id_token=google.id_token()).status_code == 401
    assert not SocialAccount.objects.exists()


def test_last_way_in_is_not_removed(google: OpenIdProvider) -> None:
    phone = by(google)

    answer = phone.send(
        "DELETE", PROVIDERS, {"provider": "google", "account": "ada-at-the-provider"}
    )

    assert answer.status_code == 400
    assert SocialAccount.objects.exists()


def test_link_of_somebody_else_is_not_removed(google: OpenIdProvider, owner: User) -> None:
    by(google)
    phone = Phone()
    phone.sign_in(owner.email)
    phone.show_password_again()

    answer = phone.send(
        "DELETE", PROVIDERS, {"provider": "google", "account": "ada-at-the-provider"}
    )

    assert answer.status_code == 400
    assert SocialAccount.objects.exists()


def test_user_who_is_signed_in_shows_who_they_are_by_their_provider(
    google: OpenIdProvider, owner: User
) -> None:
    phone = Phone()
    phone.sign_in(owner.email)
    phone.show_password_again()
    sent(phone, "google", "connect", id_token=google.id_token())

    own = sent(phone, "google", id_token=google.id_token())
    other = sent(phone, "google", id_token=google.id_token(sub="somebody else"))

    assert (own.status_code, other.status_code) == (200, 409)
    assert phone.is_signed_in
    assert "accounts.session.ended" not in topics_of(owner)
