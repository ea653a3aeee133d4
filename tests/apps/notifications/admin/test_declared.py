"""What operators set over what apps declare is announced when they let go of it."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.notifications.category_lookup import category_settings
from apps.notifications.models import Category, Template
from apps.notifications.template_lookup import template_texts
from tests.apps.notifications.admin.operator import operator_of
from tests.apps.notifications.asking import category
from tests.apps.notifications.telling import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def test_category_of_an_app_holds_again(operator: Client) -> None:
    row = category("maintenance", name="Repairs")
    page = reverse("admin:notifications_category_delete", args=[row.pk])

    asked = operator.get(page).content.decode()
    operator.post(page, {"post": "yes"})

    assert "Are you sure" in asked
    assert category_settings("maintenance").name == "Maintenance"
    assert told("category.deleted") == [{"category": "maintenance"}]


def test_words_of_an_app_are_said_again(operator: Client) -> None:
    row = Template.objects.create(key="buildings.member_invited", category="news")

    operator.post(reverse("admin:notifications_template_delete", args=[row.pk]), {"post": "yes"})

    assert template_texts("buildings.member_invited").category == "community"
    assert told("template.deleted") == [{"template": "buildings.member_invited"}]


def test_each_of_several_is_announced(operator: Client) -> None:
    chosen = [category(key).pk for key in ("news", "offers")]

    operator.post(
        reverse("admin:notifications_category_changelist"),
        {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
    )

    assert not Category.objects.exists()
    assert {event["category"] for event in told("category.deleted")} == {"news", "offers"}
