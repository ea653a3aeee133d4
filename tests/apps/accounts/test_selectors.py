"""Reads of identity."""

from uuid import uuid4

import pytest

from apps.accounts.models import User
from apps.accounts.selectors import (
    live_sessions_of,
    user_by_email,
    user_by_public_id,
    users_by_ids,
)
from apps.kernel import clock
from tests.factories.accounts import SessionFactory

pytestmark = pytest.mark.django_db


def test_user_is_found_by_public_id_or_any_spelling_of_the_address(owner: User) -> None:
    by_id = user_by_public_id(owner.public_id)
    by_email = user_by_email("Owner@EXAMPLE.com")

    assert by_id == by_email
    assert by_id is not None
    assert (by_id.id, by_id.name, by_id.tier) == (owner.pk, "Olga Owner", "free")


def test_unknown_user_is_none() -> None:
    assert user_by_public_id(uuid4()) is None
    assert user_by_email("nobody@example.com") is None


def test_users_are_found_by_ids_and_missing_ones_are_missing(owner: User, stranger: User) -> None:
    found = users_by_ids([owner.pk, stranger.pk, 0])

    assert set(found) == {owner.pk, stranger.pk}


def test_ended_sessions_are_not_live(owner: User) -> None:
    live = SessionFactory.create(user=owner)
    SessionFactory.create(user=owner, ended_at=clock.now())

    assert list(live_sessions_of(user_id=owner.pk)) == [live]
