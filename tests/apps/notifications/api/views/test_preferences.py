"""What I want, over HTTP."""

from typing import Any

import pytest

from apps.accounts.models import User
from tests.apps.notifications.asking import category
from tests.people import client_of

pytestmark = pytest.mark.django_db

PATH = "/api/v1/notifications"


def shown(body: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the one category of an answer."""
    (found,) = (each for each in body["items"] if each["category"] == key)
    return dict(found)


def test_preferences_are_shown_and_changed(owner: User) -> None:
    category(channels=["push", "inbox"])
    client = client_of(owner)
    before = shown(client.get(f"{PATH}/preferences/").json(), "news")

    changes = [
        {"category": "news", "channel": "push", "is_enabled": False},
        {"category": "news", "channel": "email", "is_enabled": True},
        {"category": "news", "channel": "inbox", "is_enabled": None},
    ]
    response = client.patch(f"{PATH}/preferences/", {"changes": changes}, format="json")

    assert before == {
        "category": "news",
        "name": "News",
        "description": "",
        "is_mandatory": False,
        "push": True,
        "email": False,
        "inbox": True,
    }
    after = shown(response.json(), "news")
    assert (after["push"], after["email"], after["inbox"]) == (False, True, True)


def test_categories_are_named_in_ones_own_language(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(locale="he")

    named = shown(client_of(owner).get(f"{PATH}/preferences/").json(), "account_security")

    assert named["name"] != "Account security"
    assert named["is_mandatory"]


def test_mandatory_cannot_be_switched_off(owner: User) -> None:
    changes = [{"category": "account_security", "channel": "push", "is_enabled": False}]

    response = client_of(owner).patch(f"{PATH}/preferences/", {"changes": changes}, format="json")

    assert response.status_code == 409
    assert response.json()["code"] == "notifications.mandatory_category"
    assert "Account security" in response.json()["detail"]


def test_quiet_hours_are_shown_and_changed(owner: User) -> None:
    client = client_of(owner)
    assert client.get(f"{PATH}/quiet-hours/").json() == {
        "is_enabled": False,
        "starts_at": "22:00:00",
        "ends_at": "07:00:00",
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
        "time_zone": "",
    }

    change = {"is_enabled": True, "starts_at": "21:30", "time_zone": "Asia/Jerusalem"}
    changed = client.patch(f"{PATH}/quiet-hours/", change, format="json")
    wrong = client.patch(f"{PATH}/quiet-hours/", {"ends_at": "21:30"}, format="json")

    assert changed.json() == client.get(f"{PATH}/quiet-hours/").json()
    assert (changed.json()["starts_at"], changed.json()["ends_at"]) == ("21:30:00", "07:00:00")
    assert wrong.status_code == 400
    assert [each["field"] for each in wrong.json()["errors"]] == ["ends_at"]


def test_topics_are_joined_and_left(owner: User, stranger: User) -> None:
    client = client_of(owner)
    joined = client.post(f"{PATH}/topics/", {"topic": "lift-news"}, format="json")
    assert joined.status_code == 201
    assert [each["topic"] for each in client.get(f"{PATH}/topics/").json()["items"]] == [
        "lift-news"
    ]
    path = f"{PATH}/topics/{joined.json()['id']}/"

    assert client_of(stranger).delete(path).status_code == 404
    assert client.delete(path).status_code == 204

    assert client.get(f"{PATH}/topics/").json()["items"] == []
