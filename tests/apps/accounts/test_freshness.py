"""Whoever has only a provider shows by it who they are, before the ways in may change."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from apps.accounts.models import User
from apps.kernel import clock
from tests.apps.accounts.openid_provider import OpenIdProvider
from tests.apps.accounts.phones import FLOWS, Phone
from tests.apps.accounts.providing import by, guest, sent
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def later() -> Iterator[None]:
    """Come back after the minutes for changes, and before the access token expires."""
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        yield


def changes(phone: Phone, provider: OpenIdProvider) -> list[int]:
    link = {"provider": "google", "account": "ada-at-the-provider"}
    return [
        phone.post(f"{FLOWS}/account/password/change", new_password=PASSWORD).status_code,
        phone.post(f"{FLOWS}/account/email", email="thief@example.com").status_code,
        phone.send("DELETE", f"{FLOWS}/account/providers", link).status_code,
        sent(phone, "google", "connect", id_token=provider.id_token(sub="thief")).status_code,
    ]


def test_old_session_changes_no_way_in(google: OpenIdProvider) -> None:
    phone = by(google)
    token = google.id_token(exp=2**32)

    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert changes(phone, google) == [401] * 4
        assert phone.is_signed_in
        again = sent(phone, "google", id_token=token)
        answer = phone.post(f"{FLOWS}/account/password/change", new_password=PASSWORD)

    assert (again.status_code, answer.status_code) == (200, 200), (again.content, answer.content)
    assert User.objects.get().check_password(PASSWORD)


def test_fresh_sign_in_sets_a_password(google: OpenIdProvider) -> None:
    phone = by(google)

    answer = phone.post(f"{FLOWS}/account/password/change", new_password=PASSWORD)

    assert answer.status_code == 200


def test_guest_has_nothing_to_show(google: OpenIdProvider, later: None) -> None:
    phone, _ = guest()

    assert sent(phone, "google", "connect", id_token=google.id_token()).status_code == 200


def test_address_is_replaced_only_shortly_after_the_password(owner: User) -> None:
    phone = Phone()
    phone.sign_in(owner.email)

    early = phone.post(f"{FLOWS}/account/email", email="new@example.com")
    phone.show_password_again()
    asked = phone.post(f"{FLOWS}/account/email", email="new@example.com")

    assert (early.status_code, asked.status_code) == (401, 200)
