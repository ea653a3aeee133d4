"""Users, always under their canonical address."""

import pytest
from django.core.management import call_command

from apps.accounts.models import User

pytestmark = pytest.mark.django_db


def test_users_are_made_and_found_under_the_canonical_address() -> None:
    user = User.objects.create_user("Ada@Example.com", "Correct horse 7")

    assert user.email == "ada@example.com"
    assert User.objects.get_by_natural_key("ADA@example.com") == user


def test_user_without_a_password_cannot_sign_in_by_one() -> None:
    assert not User.objects.create_user("ada@example.com").has_usable_password()


def test_operator_is_made_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "Correct horse battery 7")

    call_command("createsuperuser", "--noinput", "--email", "Root@Example.com")

    operator = User.objects.get(email="root@example.com")
    assert (operator.is_staff, operator.is_superuser) == (True, True)
