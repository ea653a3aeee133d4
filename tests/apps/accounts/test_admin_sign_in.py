"""Operators sign in to the admin."""

import pytest
from django.test import Client
from pytest_django import Settings

from apps.accounts.models import User
from tests.apps.accounts.hashing import all_hashing_places_taken
from tests.apps.accounts.phones import Phone
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"


def test_staff_sign_in_by_address_and_password(client: Client, staff: User) -> None:
    answer = client.post(LOGIN, {"username": "Staff@Example.com", "password": PASSWORD})

    assert answer.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_others_do_not(client: Client, owner: User) -> None:
    answer = client.post(LOGIN, {"username": owner.email, "password": PASSWORD})

    assert answer.status_code in {200, 400}
    assert client.get("/admin/").status_code == 302


def test_operator_is_told_to_come_back_when_all_places_are_taken(
    client: Client, staff: User, settings: Settings
) -> None:
    with all_hashing_places_taken(settings):
        answer = client.post(LOGIN, {"username": staff.email, "password": PASSWORD})

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert "Try again in a second" in answer.content.decode()


def test_guessing_an_operators_password_is_stopped(client: Client, staff: User) -> None:
    answers = [
        client.post(LOGIN, {"username": staff.email, "password": f"Wrong password {number}"})
        for number in range(7)
    ]
    right = client.post(LOGIN, {"username": staff.email, "password": PASSWORD})

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert (right.status_code, client.get("/admin/").status_code) == (429, 302)
    assert int(right["Retry-After"]) > 200


def test_admin_and_flows_count_together(client: Client, staff: User) -> None:
    for number in range(5):
        Phone().sign_in(staff.email, f"Wrong password {number}")

    answer = client.post(LOGIN, {"username": staff.email, "password": PASSWORD})

    assert answer.status_code == 429


@pytest.mark.parametrize("username", ["staff@example.com", "nobody@example.com"])
def test_endless_password_is_refused_on_the_page(
    client: Client, staff: User, username: str
) -> None:
    answer = client.post(LOGIN, {"username": username, "password": "a" * 100_000})

    assert answer.status_code in {200, 400}
    assert client.get("/admin/").status_code == 302
