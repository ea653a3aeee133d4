"""Me, my devices and my sessions over HTTP; a stranger's are not there."""

from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks
from rest_framework.test import APIClient

from apps.accounts.models import Device, Session, User
from apps.accounts.types import EndReason
from tests.factories.accounts import DeviceFactory, SessionFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db

API = "/api/v1/accounts"
PHONE = {
    "installation_id": "phone-1",
    "platform": "ios",
    "name": "Olga's phone",
    "model": "iPhone17,3",
    "os_version": "20.1",
    "app_version": "3.2.0",
    "locale": "de-AT",
    "time_zone": "Europe/Vienna",
}


def register(client: APIClient, **changes: Any) -> Any:
    return client.post(f"{API}/devices/", {**PHONE, **changes})


def test_me_is_who_asks(owner: User) -> None:
    answer = client_of(owner).get(f"{API}/me/")

    assert answer.json() == {
        "id": str(owner.public_id),
        "email": "owner@example.com",
        "name": "Olga Owner",
        "locale": "en",
        "time_zone": "UTC",
        "tier": "free",
        "created_at": answer.json()["created_at"],
    }


def test_owner_changes_what_they_tell_of_themselves(owner: User) -> None:
    client = client_of(owner)

    answer = client.patch(f"{API}/me/", {"name": "Olga", "time_zone": "Asia/Tokyo"})

    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["time_zone"]) == ("Olga", "Asia/Tokyo")
    assert client.get(f"{API}/me/").json() == answer.json()


@pytest.mark.parametrize(
    "change",
    [
        {"is_staff": True},
        {"is_superuser": True},
        {"tier": "premium"},
        {"email": "other@example.com"},
        {"password": "correct horse battery"},
        {"id": "0190a5a0-0000-7000-8000-000000000000"},
        {"name": "a" * 121},
        {"name": None},
        {"name": ["Olga"]},
        {"locale": "not a locale"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"name": "Olga", "tier": "premium"},
    ],
)
def test_what_may_not_be_changed_stays_as_it_is(owner: User, change: dict[str, Any]) -> None:
    before = User.objects.filter(pk=owner.pk).values().get()

    answer = client_of(owner).patch(f"{API}/me/", change)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert User.objects.filter(pk=owner.pk).values().get() == before


def test_device_is_registered_and_bound_to_the_session(owner: User) -> None:
    client = client_of(owner)

    answer = register(client)

    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in PHONE} == PHONE
    (session,) = client.get(f"{API}/sessions/").json()["items"]
    assert session["device"]["id"] == answer.json()["id"]
    assert session["is_current"] is True


def test_registering_again_finds_the_same_device(owner: User) -> None:
    client = client_of(owner)
    first = register(client)

    again = register(client, app_version="3.3.0")

    assert again.status_code == 200
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["app_version"] == "3.3.0"
    assert Device.objects.count() == 1


def test_two_users_of_one_phone_have_a_device_each(owner: User, stranger: User) -> None:
    first = register(client_of(owner)).json()["id"]
    second = register(client_of(stranger)).json()["id"]

    assert first != second


@pytest.mark.parametrize(
    "change",
    [
        {"platform": "toaster"},
        {"installation_id": ""},
        {"installation_id": "a" * 65},
        {"installation_id": "../etc"},
        {"installation_id": "a b"},
        {"time_zone": "Mars/Olympus"},
        {"locale": "x"},
        {"model": "a" * 121},
        {"user": 1},
        {"last_seen_at": "2020-01-01T00:00:00Z"},
    ],
)
def test_device_that_makes_no_sense_is_refused(owner: User, change: dict[str, Any]) -> None:
    answer = register(client_of(owner), **change)

    assert answer.status_code == 400
    assert not Device.objects.exists()


def test_device_is_updated(owner: User) -> None:
    client = client_of(owner)
    device = register(client).json()

    answer = client.patch(f"{API}/devices/{device['id']}/", {"os_version": "20.2"})

    assert answer.status_code == 200
    assert answer.json()["os_version"] == "20.2"


@pytest.mark.parametrize("field", ["installation_id", "platform", "last_seen_at", "id"])
def test_what_a_device_is_cannot_be_changed(owner: User, field: str) -> None:
    client = client_of(owner)
    device = register(client).json()

    answer = client.patch(f"{API}/devices/{device['id']}/", {field: "android"})

    assert answer.status_code == 400
    assert client.get(f"{API}/devices/{device['id']}/").json()[field] == device[field]


def test_removed_device_takes_its_sessions_with_it(
    owner: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    phone, laptop = client_of(owner), client_of(owner)
    device = register(phone).json()

    with django_capture_on_commit_callbacks(execute=True):
        answer = laptop.delete(f"{API}/devices/{device['id']}/")

    assert answer.status_code == 204
    assert phone.get(f"{API}/me/").status_code == 401
    assert laptop.get(f"{API}/devices/").json()["items"] == []
    assert Session.objects.filter(end_reason=EndReason.DEVICE_REMOVED).count() == 1


def test_sessions_are_listed_while_they_live(owner: User) -> None:
    first, second = client_of(owner), client_of(owner)
    sessions = first.get(f"{API}/sessions/").json()["items"]
    (other,) = [session for session in sessions if not session["is_current"]]

    answer = first.delete(f"{API}/sessions/{other['id']}/")

    assert answer.status_code == 204
    assert second.get(f"{API}/me/").status_code == 401
    assert len(first.get(f"{API}/sessions/").json()["items"]) == 1
    assert first.delete(f"{API}/sessions/{other['id']}/").status_code == 404


def test_sign_out_ends_this_session_only(
    owner: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first, second = client_of(owner), client_of(owner)

    with django_capture_on_commit_callbacks(execute=True):
        answer = first.post(f"{API}/sign-out/")

    assert answer.status_code == 204
    assert first.get(f"{API}/me/").status_code == 401
    assert second.get(f"{API}/me/").status_code == 200


def test_stranger_meets_no_device_and_no_session_of_others(owner: User, stranger: User) -> None:
    device = DeviceFactory.create(user=owner)
    session = SessionFactory.create(user=owner, device=device)
    client = client_of(stranger)

    answers = [
        client.get(f"{API}/devices/{device.public_id}/"),
        client.patch(f"{API}/devices/{device.public_id}/", {"name": "mine"}),
        client.delete(f"{API}/devices/{device.public_id}/"),
        client.delete(f"{API}/sessions/{session.public_id}/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert client.get(f"{API}/devices/").json()["items"] == []
    assert Device.objects.filter(pk=device.pk, name="").exists()
    assert Session.objects.get(pk=session.pk).ended_at is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "me/"),
        ("patch", "me/"),
        ("post", "sign-out/"),
        ("get", "devices/"),
        ("post", "devices/"),
        ("get", "sessions/"),
    ],
)
def test_nobody_enters_without_a_token(db: None, method: str, path: str) -> None:
    answer = getattr(client_of(None), method)(f"{API}/{path}")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
