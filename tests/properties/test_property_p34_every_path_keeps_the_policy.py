"""P34: a password is taken if and only if the policy says so, on every path that sets one."""

import gzip
import itertools
from collections.abc import Callable
from contextlib import suppress
from difflib import SequenceMatcher
from pathlib import Path
from re import split

import pytest
from django.contrib.auth import password_validation
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from apps.accounts import services
from apps.accounts.errors import PasswordRefused
from apps.accounts.models import User
from tests.apps.accounts.phones import API, FLOWS, Phone, code_mailed_to, signed_in
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NAME = "Ada Lovelace"
_numbers = itertools.count(1)
_lists = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
COMMON = set(gzip.decompress(_lists.read_bytes()).decode().split())


def is_good(policy: str, password: str, email: str) -> bool:
    """The policies, told once more in other words."""
    told = [part for value in (email, NAME) for part in (value, *split(r"\W+", value)) if part]
    resembles = any(
        SequenceMatcher(a=password.lower(), b=part.lower()).quick_ratio() >= 0.7
        for part in told
        if len(password) < 10 * len(part)
    )
    kinds = (str.isupper, str.islower, str.isdigit, lambda each: not each.isalnum())
    composed = all(any(kind(each) for each in password) for kind in kinds)
    least = {"product": 12, "nist": 15}[policy]
    return (
        least <= len(password) <= 1024
        and (policy == "nist" or composed)
        and password.lower().strip() not in COMMON
        and not resembles
    )


def sign_up(email: str, password: str) -> None:
    Phone().sign_up(email, password, name=NAME)


def change(email: str, password: str) -> None:
    phone = signed_in(_known(email))
    body = {"current_password": PASSWORD, "new_password": password}
    phone.post(f"{FLOWS}/account/password/change", **body)


def reset(email: str, password: str) -> None:
    _known(email)
    phone = Phone()
    phone.post(f"{FLOWS}/auth/password/request", email=email)
    phone.post(f"{FLOWS}/auth/password/reset", key=code_mailed_to(email), password=password)


def set_in_the_admin(email: str, password: str) -> None:
    user = _known(email)
    _operator().post(
        f"/admin/accounts/user/{user.pk}/password/",
        {"usable_password": "true", "password1": password, "password2": password},
    )


def change_by_service(email: str, password: str) -> None:
    user = _known(email)
    services.change_password(user_id=user.pk, password=password)


def create_by_service(email: str, password: str) -> None:
    services.create_user(email=email, password=password, name=NAME)


def upgrade(email: str, password: str) -> None:
    phone = Phone()
    phone.start_as_a_guest()
    phone.send("PATCH", f"{API}/me/", {"name": NAME})
    answer = phone.post(f"{API}/me/upgrade/", email=email, password=password)
    if answer.status_code == 202:
        phone.verify(code_mailed_to(email))


def create_by_command(email: str, password: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_SUPERUSER_PASSWORD", password)
        patch.setattr(User, "REQUIRED_FIELDS", ["name"])
        call_command("createsuperuser", "--noinput", "--email", email, "--name", NAME)


PATHS: list[Callable[[str, str], None]] = [
    sign_up,
    change,
    reset,
    upgrade,
    set_in_the_admin,
    change_by_service,
    create_by_service,
    create_by_command,
]

# Long enough for one policy, for both, for none; of all kinds or of few; near the limit.
words = st.lists(st.sampled_from(["Quay", "lantern", "7", "-", " ", "ß", "Ж", "🐎"]), max_size=12)
passwords = st.one_of(
    words.map("".join),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=9, max_size=20),
    st.sampled_from(sorted(each for each in COMMON if len(each) >= 12)),
    st.sampled_from(["Ada-Lovelace7", "Lovelace, Ada 1815", "Ada Lovelace Ada 7"]),
    st.sampled_from([1024, 1025]).map(lambda length: ("Aa1-" * 257)[:length]),
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=st.sampled_from(PATHS), policy=st.sampled_from(["product", "nist"]), password=passwords)
def test_property_p34_every_path_keeps_the_policy(
    settings: Settings, path: Callable[[str, str], None], policy: str, password: str
) -> None:
    """Whether the account has the password afterwards is what the policy said.

    Seen to fail without the check in `change_password`, without the one in the manager of
    users, and with a limit of 1,023 characters in the form of sign-up.
    """
    settings.AUTH_PASSWORD_VALIDATORS = settings.ACCOUNTS_PASSWORD_POLICIES[policy]
    email = f"somebody{next(_numbers)}@example.com"

    with transaction.atomic():
        with suppress(PasswordRefused):
            path(email, password)
        user = User.objects.filter(email=email).first()
        has_it = user is not None and user.check_password(password)
        transaction.set_rollback(True)

    assert has_it == is_good(policy, password, email)


def _known(email: str) -> User:
    return UserFactory.create(email=email, name=NAME)


def _operator() -> Client:
    client = Client()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    return client
