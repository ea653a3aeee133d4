"""Operators write templates, and see what becomes of them before they save."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.notifications.models import Template
from apps.notifications.template_lookup import template_texts
from apps.notifications.types import Text
from tests.apps.notifications.admin.operator import operator_of
from tests.apps.notifications.telling import told
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

ADD = "admin:notifications_template_add"
LIST = "admin:notifications_template_changelist"
PREVIEW = "admin:notifications_template_preview"


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def form(*texts: dict[str, str], **fields: str) -> dict[str, Any]:
    """Return what a browser posts of a template with these texts."""
    posted = {"key": "lifts.stuck", "category": "maintenance", "variables": "lift = Lift 3"}
    for number, text in enumerate(texts):
        told = {"id": "", "channel": "", "language": "en", "body": "", "url": "", **text}
        posted |= {f"texts-{number}-{name}": value for name, value in told.items()}
    rows = {"texts-TOTAL_FORMS": str(len(texts)), "texts-INITIAL_FORMS": "0"}
    return {**posted, **rows, **fields}


def test_template_is_written_with_its_texts(operator: Client) -> None:
    answer = operator.post(
        reverse(ADD), form({"title": "{{ lift }}"}, {"title": "{{ lift }}", "language": "he"})
    )

    assert answer.status_code == 302
    assert template_texts("lifts.stuck").texts == {
        ("", "en"): Text(title="{{ lift }}"),
        ("", "he"): Text(title="{{ lift }}"),
    }
    assert told("template.saved") == [{"template": "lifts.stuck", "category": "maintenance"}]


def test_refused_template_says_why_and_is_not_written(operator: Client) -> None:
    answer = operator.post(reverse(ADD), form({"title": "{{ floor }}"}, category="nothing"))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "&#x27;floor&#x27; is not among the variables" in page
    assert not Template.objects.exists()


def test_template_is_changed_and_warnings_are_told(operator: Client) -> None:
    operator.post(reverse(ADD), form({"title": "{{ lift }}"}))
    row = Template.objects.get()
    text = row.texts.get()
    change = reverse("admin:notifications_template_change", args=[row.pk])

    posted = form(
        {"id": str(text.pk), "template": str(row.pk), "title": "Stuck"},
        **{"texts-INITIAL_FORMS": "1"},
    )
    answer = operator.post(change, posted, follow=True)

    assert "variables.lift: No text mentions it." in answer.content.decode()
    assert template_texts("lifts.stuck").texts["", "en"].title == "Stuck"


def test_declared_templates_are_listed_until_they_are_written_over(operator: Client) -> None:
    before = operator.get(reverse(LIST)).content.decode()
    Template.objects.create(key="buildings.member_invited", category="community")
    after = operator.get(reverse(LIST)).content.decode()

    assert "add/?key=buildings.member_invited" in before
    assert "add/?key=buildings.member_invited" not in after


def test_form_begins_with_what_an_app_declares(operator: Client) -> None:
    page = operator.get(reverse(ADD), {"key": "buildings.member_invited"}).content.decode()

    assert "You are invited to {{ building }}" in page
    assert "building = Oak House" in page
    assert 'name="texts-1-language"' in page


def test_preview_shows_every_platform_and_the_findings(operator: Client) -> None:
    answer = operator.post(
        reverse(PREVIEW),
        form(
            {"title": "{{ lift }}: תקועה", "language": "he"}, variables="lift = Lift 3\nfloor = 7"
        ),
    )

    page = answer.content.decode()
    assert 'data-platform="ios"' in page
    assert 'dir="rtl"' in page
    assert "<strong>variables.floor</strong> No text mentions it." in page
    assert not Template.objects.exists()


def test_preview_shows_texts_as_text(operator: Client) -> None:
    answer = operator.post(reverse(PREVIEW), form({"title": "<script>alert(1)</script>"}))

    assert "<script>" not in answer.content.decode()


def test_preview_is_for_those_who_may_see_templates() -> None:
    clerk = UserFactory.create(is_staff=True)

    refused = operator_of(clerk).post(reverse(PREVIEW), form())
    clerk.user_permissions.add(Permission.objects.get(codename="view_template"))
    allowed = operator_of(clerk).post(reverse(PREVIEW), form())

    assert refused.status_code == 403
    assert allowed.status_code == 200
    assert operator_of(clerk).get(reverse(PREVIEW)).status_code == 405
