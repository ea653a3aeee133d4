"""Notifications over HTTP: for who may send, and for nobody else."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.notifications.models import Notification
from tests.apps.notifications.asking import category, send, titles_in_inbox
from tests.apps.notifications.scenes import let_send
from tests.people import client_of

pytestmark = pytest.mark.django_db

PATH = "/api/v1/notifications/"


@pytest.fixture
def operator(owner: User) -> User:
    """A server with an account of its own."""
    let_send(owner)
    return owner


def body(*users: User, **changes: Any) -> dict[str, Any]:
    """Return what is sent to these users."""
    asked = {
        "idempotency_key": "7",
        "category": "news",
        "texts": {"en": {"title": "Hello"}},
        "users": [str(user.public_id) for user in users],
    }
    return {name: value for name, value in {**asked, **changes}.items() if value is not None}


def test_notification_is_asked_for_once(operator: User, teammate: User) -> None:
    category()
    client = client_of(operator)

    first = client.post(PATH, body(teammate), format="json")
    second = client.post(PATH, body(teammate), format="json")

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["state"] == "scheduled"
    asked = Notification.objects.get()
    assert asked.sender == f"user:{operator.public_id}"
    assert client.get(f"{PATH}{asked.public_id}/").json()["id"] == first.json()["id"]
    assert [each["id"] for each in client.get(PATH).json()["items"]] == [first.json()["id"]]


def test_key_that_comes_with_something_else_is_refused(operator: User) -> None:
    category()
    client = client_of(operator)
    client.post(PATH, body(operator), format="json")

    response = client.post(PATH, body(operator, ttl_seconds=60), format="json")

    assert response.status_code == 422
    assert response.json()["code"] == "api.idempotency_key_reused"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"users": None}, "users"),
        ({"topic": "lift"}, "users"),
        ({"arguments": {"tiers": ["free"]}}, "arguments"),
        ({"users": ["019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d"]}, "user_ids"),
        ({"category": "nothing"}, "category"),
        ({"texts": {"no language": {"title": "Hello"}}}, "texts"),
        ({"channels": ["pigeon"]}, "channels.0"),
        ({"ttl_seconds": 0}, "ttl_seconds"),
        ({"data": {"no name": "1"}}, "data"),
        ({"data": {"n" * 65: "1"}}, "data"),
        ({"variables": {str(n): "1" for n in range(101)}}, "variables"),
    ],
)
def test_what_is_wrong_is_named(operator: User, change: dict[str, Any], field: str) -> None:
    category()

    response = client_of(operator).post(PATH, body(operator, **change), format="json")

    assert response.status_code == 400
    assert [each["field"] for each in response.json()["errors"]] == [field]
    assert all(each["detail"] for each in response.json()["errors"])


def test_everything_can_be_said(operator: User) -> None:
    category()
    change = {
        "users": None,
        "segment": "people",
        "arguments": {"tiers": ["free"]},
        "data": {"request.id": "7"},
        "channels": ["inbox"],
        "urgency": "high",
        "ttl_seconds": 60,
        "collapse_id": "lift",
        "digest_key": "lifts",
        "scheduled_at": "2030-01-01T00:00:00Z",
    }

    response = client_of(operator).post(PATH, body(**change), format="json")

    assert response.status_code == 201, response.json()
    shown = response.json()
    assert shown["target_kind"] == "segment"
    assert shown["channels"] == ["inbox"]
    assert shown["urgency"] == "high"
    assert shown["scheduled_at"].startswith("2030-01-01T00:00:00")


def test_it_is_cancelled_until_it_has_gone_out(operator: User, teammate: User) -> None:
    category()
    client = client_of(operator)
    asked = client.post(PATH, body(teammate, scheduled_at="2030-01-01T00:00:00Z"), format="json")

    cancelled = client.post(f"{PATH}{asked.json()['id']}/cancel/")
    refused = client.post(f"{PATH}{send(teammate).public_id}/cancel/")

    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (refused.status_code, refused.json()["code"]) == (409, "notifications.already_sent")


def test_why_is_explained(operator: User, teammate: User) -> None:
    category()
    asked = send(teammate)
    assert titles_in_inbox(teammate)

    response = client_of(operator).get(
        f"{PATH}{asked.public_id}/explain/?user={teammate.public_id}"
    )

    assert response.status_code == 200
    shown = response.json()
    assert shown["state"] == "sent"
    assert {each["step"] for each in shown["decisions"]} == {"address", "preference"}
    assert {each["channel"] for each in shown["deliveries"]} == {"email", "inbox"}


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("?user=x", 400), ("?user=019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d", 200)],
)
def test_whom_to_explain_it_to_must_be_said(operator: User, query: str, status: int) -> None:
    category()
    asked = send(operator)

    response = client_of(operator).get(f"{PATH}{asked.public_id}/explain/{query}")

    assert response.status_code == status


def test_stranger_may_nothing(owner: User, stranger: User) -> None:
    category()
    asked = send(owner)

    for user, there in ((stranger, 404), (None, 401)):
        client = client_of(user)
        assert client.post(PATH, body(owner), format="json").status_code in {401, 403}
        assert client.get(PATH).status_code in {401, 403}
        for path in ("", "explain/?user=x"):
            assert client.get(f"{PATH}{asked.public_id}/{path}").status_code == there
        assert client.post(f"{PATH}{asked.public_id}/cancel/").status_code == there
    assert Notification.objects.count() == 1
