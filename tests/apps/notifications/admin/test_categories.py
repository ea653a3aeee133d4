"""Operators set how each kind of notification is sent."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.notifications.category_lookup import category_settings, in_language
from apps.notifications.models import Category
from apps.notifications.types import Channel
from tests.apps.notifications.admin.operator import operator_of
from tests.apps.notifications.telling import told

pytestmark = pytest.mark.django_db

ADD = "admin:notifications_category_add"
LIST = "admin:notifications_category_changelist"


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def form(**fields: Any) -> dict[str, Any]:
    return {
        "key": "news",
        "name": "News",
        "description": "What is new.",
        "translations": "he = חדשות | מה חדש.",
        "channels": ["push", "email"],
        "throttle_limit": "3",
        "throttle_seconds": "3600",
        "digest_seconds": "0",
        **fields,
    }


def test_category_is_made_with_its_names(operator: Client) -> None:
    operator.post(reverse(ADD), form())

    category = category_settings("news")
    assert category.channels == (Channel.PUSH, Channel.EMAIL)
    assert category.throttle_limit == 3
    assert in_language(category, ["he-IL"]).name == "חדשות"
    assert in_language(category, ["fr", "en"]).name == "News"
    assert told("category.saved") == [{"category": "news"}]


@pytest.mark.parametrize(
    "wrong",
    [{"key": "No News"}, {"channels": []}, {"throttle_seconds": "0"}, {"translations": "he"}],
)
def test_category_that_makes_no_sense_is_refused(operator: Client, wrong: dict[str, Any]) -> None:
    answer = operator.post(reverse(ADD), form(**wrong))

    assert answer.status_code == 200
    assert not Category.objects.exists()


def test_declared_categories_are_written_over_from_what_they_are(operator: Client) -> None:
    listed = operator.get(reverse(LIST)).content.decode()
    page = operator.get(reverse(ADD), {"key": "maintenance"}).content.decode()
    operator.post(reverse(ADD), form(key="maintenance"))

    assert "add/?key=maintenance" in listed
    assert "he = תחזוקה | " in page
    assert category_settings("maintenance").name == "News"
    assert "add/?key=maintenance" not in operator.get(reverse(LIST)).content.decode()


def test_key_of_a_category_stays(operator: Client) -> None:
    operator.post(reverse(ADD), form())
    row = Category.objects.get()

    operator.post(
        reverse("admin:notifications_category_change", args=[row.pk]),
        form(key="olds", name="Olds"),
    )

    row.refresh_from_db()
    assert (row.key, row.name) == ("news", "Olds")
