"""The sidebar shows what somebody may open, and which stage this is."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from apps.accounts.models import User
from apps.console.navigation import environment, navigation, stylesheet
from tests.apps.console.conftest import allow

pytestmark = pytest.mark.django_db


def titles_for(user: User) -> list[str]:
    request = RequestFactory().get("/admin/")
    request.user = user
    return [item["title"] for group in navigation(request) for item in group["items"]]


def test_operator_sees_every_app_with_icons(staff: User) -> None:
    request = RequestFactory().get("/admin/")
    request.user = staff

    groups = navigation(request)

    assert {"Buildings", "Events", "Keyring", "Webhooks"} <= {
        group["title"] for group in groups if "title" in group
    }
    assert all(item["icon"] for group in groups for item in group["items"])
    assert {"API docs", "Metrics", "Mailbox"} <= set(titles_for(staff))


def test_clerk_sees_only_what_they_may_open(clerk: User) -> None:
    allow(clerk, "keyring.view_key")

    titles = titles_for(clerk)

    assert "Keys" in titles
    assert "Users" not in titles


@pytest.mark.parametrize(
    ("stage", "colour"), [("production", "danger"), ("staging", "warning"), ("development", "info")]
)
def test_stages_have_their_colours(settings: Settings, stage: str, colour: str) -> None:
    settings.ENVIRONMENT = stage

    assert stylesheet(RequestFactory().get("/")) == "/static/console/console.css"
    assert environment(RequestFactory().get("/")) == [stage.capitalize(), colour]
