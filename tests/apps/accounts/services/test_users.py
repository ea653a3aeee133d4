"""Making and changing users."""

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from apps.accounts.errors import UnknownTimeZone
from apps.accounts.models import Session, User
from apps.accounts.services import change_password, create_user, update_user
from apps.events.models import LogEntry
from tests.factories.accounts import SessionFactory

pytestmark = pytest.mark.django_db


def topics_of(user: User) -> list[str]:
    entries = LogEntry.objects.filter(payload__user_id=str(user.public_id)).order_by("position")
    return [entry.topic for entry in entries]


def test_created_user_can_sign_in_at_once() -> None:
    user = User.objects.get(pk=create_user(email="Ada@Example.com", password="Correct horse 7"))

    assert user.email == "ada@example.com"
    assert user.check_password("Correct horse 7")
    assert EmailAddress.objects.get(user=user).verified
    assert topics_of(user) == ["accounts.user.signed_up", "accounts.email.verified"]


def test_address_is_unique_in_every_spelling() -> None:
    create_user(email="ada@example.com")

    with pytest.raises(IntegrityError), transaction.atomic():
        create_user(email="ADA@\uff45xample.com")


def test_staff_may_enter_the_admin() -> None:
    user = User.objects.get(pk=create_user(email="ada@example.com", is_staff=True))

    assert (user.is_staff, user.is_superuser) == (True, True)


def test_update_is_announced_only_if_something_differs(owner: User) -> None:
    update_user(user_id=owner.pk, name="Olga Owner")
    assert topics_of(owner) == []

    update_user(user_id=owner.pk, name="Olga")

    owner.refresh_from_db()
    assert owner.name == "Olga"
    assert topics_of(owner) == ["accounts.user.updated"]


def test_unknown_time_zone_changes_nothing(owner: User) -> None:
    with pytest.raises(UnknownTimeZone):
        update_user(user_id=owner.pk, name="Olga", time_zone="Mars/Olympus")

    owner.refresh_from_db()
    assert owner.name == "Olga Owner"


def test_changed_password_ends_the_other_sessions(owner: User) -> None:
    kept, other = SessionFactory.create_batch(2, user=owner)

    change_password(user_id=owner.pk, password="Another secret 7", keep_session=kept.public_id)

    owner.refresh_from_db()
    assert owner.check_password("Another secret 7")
    assert list(Session.objects.filter(ended_at=None)) == [kept]
    assert topics_of(owner) == ["accounts.session.ended", "accounts.password.changed"]
    assert other.public_id != kept.public_id
