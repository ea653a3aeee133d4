"""Who has no address has none to verify."""

import pytest
from allauth.socialaccount.models import SocialAccount

from tests.apps.accounts.openid_provider import OpenIdProvider
from tests.apps.accounts.providing import by, guest, sent
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reason", ["taken", "unverified"])
def test_guest_is_linked_without_an_address_that_is_not_theirs(
    google: OpenIdProvider, reason: str
) -> None:
    phone, user = guest()
    if reason == "taken":
        UserFactory.create(email="ada@example.com")
    token = google.id_token(email_verified=reason == "taken")

    sent(phone, "google", "connect", id_token=token)

    user.refresh_from_db()
    assert user.email == ""
    assert by(google).is_signed_in
    assert SocialAccount.objects.get().user == user
