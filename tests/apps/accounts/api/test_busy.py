"""Beyond the places for hashing, every path that would hash says so, and changes nothing."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from pytest_django import Settings

from apps.accounts.models import User
from apps.events.models import LogEntry
from tests.apps.accounts.hashing import all_hashing_places_taken
from tests.apps.accounts.phones import API, FLOWS, Phone, code_mailed_to, shown
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "A completely other secret 7"

Ask = Callable[[], HttpResponse]


def sign_in(owner: User) -> Ask:
    return lambda: Phone().sign_in(owner.email)


def sign_in_of_nobody(_: User) -> Ask:
    return lambda: Phone().sign_in("nobody@example.com")


def sign_up(_: User) -> Ask:
    return lambda: Phone().sign_up("new@example.com")


def sign_up_with_a_known_address(owner: User) -> Ask:
    return lambda: Phone().sign_up(owner.email)


def reset(owner: User) -> Ask:
    phone = Phone()
    phone.post(f"{FLOWS}/auth/password/request", email=owner.email)
    code = code_mailed_to(owner.email)
    return lambda: phone.post(f"{FLOWS}/auth/password/reset", key=code, password=NEW)


def change(owner: User) -> Ask:
    phone = Phone()
    phone.sign_in(owner.email)
    told = {"current_password": PASSWORD, "new_password": NEW}
    return lambda: phone.post(f"{FLOWS}/account/password/change", **told)


def show_password_again(owner: User) -> Ask:
    phone = Phone()
    phone.sign_in(owner.email)
    return lambda: phone.post(f"{FLOWS}/auth/reauthenticate", password=PASSWORD)


def upgrade(_: User) -> Ask:
    phone = Phone()
    phone.start_as_a_guest()
    return lambda: phone.post(f"{API}/me/upgrade/", email="new@example.com", password=PASSWORD)


@pytest.mark.parametrize(
    "prepared",
    [
        sign_in,
        sign_in_of_nobody,
        sign_up,
        sign_up_with_a_known_address,
        reset,
        change,
        show_password_again,
        upgrade,
    ],
)
def test_path_that_finds_no_place_asks_to_come_back(
    prepared: Callable[[User], Ask], owner: User, settings: Settings
) -> None:
    ask = prepared(owner)
    events_before, users_before = LogEntry.objects.count(), User.objects.count()

    with all_hashing_places_taken(settings):
        answer = ask()

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer["Content-Type"] == "application/problem+json"
    assert shown(answer)["code"] == "accounts.sign_in_busy"
    assert (LogEntry.objects.count(), User.objects.count()) == (events_before, users_before)
    assert ask().status_code in {200, 202, 400, 401}
    owner.refresh_from_db()
