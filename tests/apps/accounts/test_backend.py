"""Who is known by address and password."""

import pytest
from django.contrib.auth import authenticate

from apps.accounts import services
from apps.accounts.models import User
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["email", "username"])
def test_person_is_known_in_every_spelling(owner: User, name: str) -> None:
    assert authenticate(None, **{name: "OWNER@Example.com"}, password=PASSWORD) == owner


@pytest.mark.parametrize("email", ["nobody@example.com", "", "owner@example.com "])
def test_nobody_else_is(owner: User, email: str) -> None:
    found = authenticate(None, email=email, password=PASSWORD)

    assert found == (owner if email.strip() == owner.email else None)


def test_guest_is_not_known_by_having_no_address(owner: User) -> None:
    services.create_guest()

    assert authenticate(None, email="", password="") is None


def test_inactive_person_is_not_known(owner: User) -> None:
    owner.is_active = False
    owner.save()

    assert authenticate(None, email=owner.email, password=PASSWORD) is None
