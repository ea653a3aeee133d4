"""Disabled users are signed out everywhere and cannot come back; each change is told once."""

import pytest

from apps.accounts.models import Session, User
from apps.accounts.services import disable_user, enable_user
from apps.events.selectors import latest_events
from apps.kernel.errors import NotFound
from tests.factories.accounts import SessionFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db


def told(user: User) -> list[str]:
    events = latest_events(limit=100, topic_prefix="accounts.")
    return [event.topic for event in events if event.payload.get("user_id") == str(user.public_id)]


def test_disabled_user_is_signed_out_everywhere(owner: User) -> None:
    SessionFactory.create(user=owner)
    phone = client_of(owner)

    disable_user(user_id=owner.pk)
    disable_user(user_id=owner.pk)

    assert phone.get("/api/v1/accounts/me/").status_code == 401
    assert not Session.objects.filter(user=owner, ended_at=None).exists()
    assert told(owner).count("accounts.user.disabled") == 1


def test_enabled_user_may_sign_in_again(owner: User) -> None:
    disable_user(user_id=owner.pk)

    enable_user(user_id=owner.pk)
    enable_user(user_id=owner.pk)

    assert client_of(owner).get("/api/v1/accounts/me/").status_code == 200
    assert told(owner).count("accounts.user.enabled") == 1


@pytest.mark.parametrize("change", [disable_user, enable_user])
def test_unknown_user_is_not_found(change: object, db: None) -> None:
    assert callable(change)

    with pytest.raises(NotFound):
        change(user_id=0)
