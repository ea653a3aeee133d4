"""A team's build checks its texts by the API; nothing is saved."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.notifications.models import Template
from tests.factories.accounts import UserFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db

URL = "/api/v1/notifications/templates/preview/"
BODY: dict[str, Any] = {
    "key": "lifts.stuck",
    "category": "maintenance",
    "variables": {"lift": "Lift 3"},
    "texts": [
        {"language": "en", "title": "{{ lift }} is stuck"},
        {"language": "he", "title": "{{ lift }}: תקועה"},
    ],
}


@pytest.fixture
def server() -> APIClient:
    """An account that a build signs in with."""
    user = UserFactory.create(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_template"))
    return client_of(user)


def test_good_template_is_shown_on_every_platform(server: APIClient) -> None:
    answer = server.post(URL, BODY, format="json").json()

    assert answer["findings"] == []
    english, hebrew = answer["languages"]
    assert [shown["platform"] for shown in english["platforms"]] == [
        *("ios", "android", "web", "email", "inbox")
    ]
    assert english["platforms"][0]["title"] == "Lift 3 is stuck"
    assert english["platforms"][2]["budget"] == 3993
    assert english["platforms"][4]["size"] is None
    assert hebrew["platforms"][0]["title_direction"] == "rtl"
    assert not Template.objects.exists()


def test_findings_are_told_and_what_cannot_be_shown(server: APIClient) -> None:
    body = {**BODY, "texts": [{"language": "en", "title": "{{ floor }}"}]}

    answer = server.post(URL, body, format="json").json()

    assert {(finding["where"], finding["code"]) for finding in answer["findings"]} == {
        ("en", "undeclared"),
        ("variables.lift", "unused"),
    }
    assert "floor" in answer["languages"][0]["error"]


def test_texts_over_a_declared_template_are_shown_with_it(server: APIClient) -> None:
    body = {
        "key": "buildings.member_invited",
        "category": "community",
        "texts": [{"language": "de", "title": "Einladung: {{ building }}", "url": "/invitations"}],
    }

    answer = server.post(URL, body, format="json").json()

    assert [preview["language"] for preview in answer["languages"]] == ["en", "de", "he"]


@pytest.mark.parametrize("wrong", [{"texts": [{"language": "en", "text": "x"}]}, {"sms": "x"}])
def test_unknown_fields_are_refused(server: APIClient, wrong: dict[str, Any]) -> None:
    assert server.post(URL, {**BODY, **wrong}, format="json").status_code == 400


def test_strangers_and_staff_without_the_permission_are_refused(stranger: User) -> None:
    clerk = client_of(UserFactory.create(is_staff=True))

    answers = [each.post(URL, BODY, format="json") for each in (client_of(stranger), clerk)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert client_of(None).post(URL, BODY, format="json").status_code == 401
