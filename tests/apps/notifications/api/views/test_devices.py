"""Devices over HTTP: the app registers, looks, and takes back; tokens never come out."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.notifications.models import Registration
from apps.notifications.types import PushService
from tests.factories.notifications import AccountFactory, RegistrationFactory
from tests.people import client_of

DEVICES = "/api/v1/notifications/devices/"
KEY = "/api/v1/notifications/web-push-key/"
FCM = {"service": "fcm", "token": "token-1", "fid": "fid-1"}
WEB = {
    "service": "web_push",
    "endpoint": "http://127.0.0.1:8000/push/1",
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u"
    "-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
}


@pytest.fixture
def client(owner: User) -> APIClient:
    AccountFactory.create(name="fcm")
    AccountFactory.create(
        name="web", service=PushService.WEB_PUSH, config={"public_key": "BNcR", "subject": "x"}
    )
    return client_of(owner)


def test_device_is_registered_and_shown_without_its_token(client: APIClient) -> None:
    answer = client.post(DEVICES, {**FCM, "locale": "he-IL"})

    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["service"], shown["account"], shown["locale"]) == ("fcm", "fcm", "he-IL")
    assert shown["is_current"] is True
    assert "token-1" not in answer.content.decode()
    assert client.get(DEVICES).json()["items"] == [shown]
    assert client.get(f"{DEVICES}{shown['id']}/").json() == shown


def test_device_that_registers_again_is_answered_200(client: APIClient) -> None:
    first = client.post(DEVICES, FCM)

    again = client.post(DEVICES, {**FCM, "token": "token-2"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]


def test_browser_registers_by_its_subscription(client: APIClient) -> None:
    answer = client.post(DEVICES, WEB)

    assert answer.status_code == 201, answer.json()
    registration = Registration.objects.get()
    assert registration.token == WEB["endpoint"]
    assert (registration.p256dh, registration.auth) == (WEB["p256dh"], WEB["auth"])


def test_device_that_was_taken_back_is_listed_no_more(client: APIClient, owner: User) -> None:
    mine = RegistrationFactory.create(user=owner)

    answer = client.delete(f"{DEVICES}{mine.public_id}/")

    assert answer.status_code == 204
    assert client.get(DEVICES).json()["items"] == []
    assert client.delete(f"{DEVICES}{mine.public_id}/").status_code == 404


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "service"),
        ({"service": "pigeon"}, "service"),
        ({"service": "fcm"}, "token"),
        ({"service": "fcm", "token": "with space"}, "token"),
        ({"service": "fcm", "token": 5}, "token"),
        ({**FCM, "endpoint": WEB["endpoint"]}, "endpoint"),
        ({**WEB, "token": "t"}, "token"),
        ({**WEB, "p256dh": "A" * 87}, "p256dh"),
        ({**FCM, "fid": "a b"}, "fid"),
        ({**FCM, "locale": "not a tag"}, "locale"),
        ({**FCM, "device": "x"}, "device"),
        ({**FCM, "account": "unknown"}, "account"),
        ({**FCM, "color": "red"}, "color"),
        ({"service": "apns", "token": "ab", "environment": "moon"}, "environment"),
    ],
)
def test_refusal_names_the_field(client: APIClient, told: dict[str, Any], field: str) -> None:
    answer = client.post(DEVICES, told)

    assert answer.status_code == 400, answer.json()
    assert field in {error["field"] for error in answer.json()["errors"]}


def test_endpoint_inside_the_house_is_refused(client: APIClient) -> None:
    answer = client.post(DEVICES, {**WEB, "endpoint": "http://169.254.169.254/latest"})

    assert answer.status_code == 422
    assert answer.json()["code"] == "resilience.forbidden_address"


def test_browser_is_told_the_key_to_subscribe_with(client: APIClient, stranger: User) -> None:
    assert client.get(KEY).json() == {"account": "web", "public_key": "BNcR"}


def test_without_web_push_there_is_no_key(owner: User) -> None:
    answer = client_of(owner).get(KEY)

    assert answer.status_code == 404
    assert answer.json()["detail"] == "Web Push is not set up."
