"""Guests, and how they become users like any other."""

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.events.models import LogEntry
from tests.apps.accounts.phones import API, FLOWS, Phone, code_mailed_to, shown
from tests.factories.accounts import PASSWORD, DeviceFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db


def guest() -> Phone:
    phone = Phone()
    phone.start_as_a_guest()
    return phone


def upgrade(phone: Phone, email: str = "ada@example.com", password: str = PASSWORD) -> int:
    return phone.post(f"{API}/me/upgrade/", email=email, password=password).status_code


def test_guest_is_signed_in_without_an_address() -> None:
    phone = guest()

    me = shown(phone.get(f"{API}/me/"))

    assert (me["email"], me["locale"], me["time_zone"]) == ("", "de-AT", "Europe/Vienna")
    assert phone.refresh().status_code == 200
    assert phone.is_signed_in


def test_guest_who_upgrades_keeps_id_session_and_data() -> None:
    phone = guest()
    before = shown(phone.get(f"{API}/me/"))
    user = User.objects.get()
    device = DeviceFactory.create(user=user)

    asked = upgrade(phone, "Ada@Example.com")
    pending = shown(phone.get(f"{API}/me/"))
    verified = phone.verify(code_mailed_to("ada@example.com"))

    assert (asked, pending["email"], verified.status_code) == (202, "", 200)
    assert phone.is_signed_in
    assert shown(phone.get(f"{API}/me/")) == {**before, "email": "ada@example.com"}
    other = Phone()
    assert other.sign_in("ada@example.com").status_code == 200
    assert shown(other.get(f"{API}/devices/"))["items"][0]["id"] == str(device.public_id)
    entries = LogEntry.objects.filter(payload__user_id=str(user.public_id))
    topics = list(entries.order_by("position").values_list("topic", flat=True))
    assert topics[0] == "accounts.user.signed_up"
    assert {"accounts.password.changed", "accounts.email.verified"} <= set(topics)


def test_guest_cannot_sign_in_by_an_address_that_is_not_verified() -> None:
    upgrade(guest())

    assert Phone().sign_in("ada@example.com").status_code == 400


def test_address_of_somebody_else_is_answered_alike_and_stays_theirs(owner: User) -> None:
    phone = guest()

    asked = upgrade(phone, "OWNER@example.com")
    verified = phone.verify(code_mailed_to("owner@example.com"))

    assert (asked, verified.status_code) == (202, 400)
    assert shown(phone.get(f"{API}/me/"))["email"] == ""
    assert User.objects.get(email="owner@example.com") == owner


def test_account_with_an_address_is_not_upgraded(owner: User) -> None:
    body = {"email": "new@example.com", "password": PASSWORD}

    answer = client_of(owner).post(f"{API}/me/upgrade/", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "accounts.no_guest")


@pytest.mark.parametrize("password", ["short", "Ada@Example.com1", "a" * 1025])
def test_upgrade_follows_the_policy(password: str) -> None:
    phone = guest()

    assert upgrade(phone, "ada@example.com", password) == 400
    assert not User.objects.get().has_usable_password()


def test_stranger_has_nothing_to_upgrade() -> None:
    answer = APIClient().post(f"{API}/me/upgrade/", {"email": "a@example.com", "password": "x"})

    assert answer.status_code == 401


def test_one_client_makes_only_so_many_guests(settings: Settings) -> None:
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "guests": "20/hour"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    client = APIClient(REMOTE_ADDR="10.201.0.1")

    statuses = [client.post(f"{API}/guests/").status_code for _ in range(41)]

    assert statuses[0] == 201
    assert statuses[-1] == 429
    assert User.objects.count() <= 40


def test_guest_uses_the_flows_with_their_access_token() -> None:
    assert guest().get(f"{FLOWS}/auth/session").status_code == 200
