"""Links to providers: what they announce, and what a guest gets by one."""

import pytest

from apps.accounts.models import User
from tests.apps.accounts.openid_provider import OpenIdProvider
from tests.apps.accounts.phones import (
    API,
    shown,
)
from tests.apps.accounts.providing import by, guest, sent, topics_of

pytestmark = pytest.mark.django_db


def test_guest_who_upgrades_by_a_provider_keeps_everything(google: OpenIdProvider) -> None:
    phone, user = guest()
    before = shown(phone.get(f"{API}/me/"))

    answer = sent(phone, "google", "connect", id_token=google.id_token())

    assert answer.status_code == 200, answer.content
    assert shown(phone.get(f"{API}/me/")) == {**before, "email": "ada@example.com"}
    assert by(google).is_signed_in
    assert User.objects.get() == user
    assert user.devices.count() == 1
    assert not user.has_usable_password()
    assert topics_of(user)[-3:] == [
        "accounts.provider.linked",
        "accounts.email.verified",
        "accounts.session.started",
    ]
