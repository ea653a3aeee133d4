"""Who hears what happens to a user."""

import pytest

from apps.accounts.models import User
from apps.events.ports import audiences
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_user_hears_what_is_addressed_to_them_and_nobody_else_does(
    owner: User, stranger: User
) -> None:
    audience = audiences.get("user")
    assert audience is not None

    assert set(audience.listeners(owner.public_id, [owner.pk, stranger.pk])) == {owner.pk}
    assert set(audience.listeners(owner.public_id, [stranger.pk])) == set()


def test_deactivated_user_hears_nothing() -> None:
    gone = UserFactory.create(is_active=False)
    audience = audiences.get("user")
    assert audience is not None

    assert set(audience.listeners(gone.public_id, [gone.pk])) == set()
