"""Operators see how far a notification has come, and call it off with a reason."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.kernel.clock import now
from tests.apps.notifications.admin.operator import operator_of, page_of
from tests.apps.notifications.asking import ask, category, send
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def _cancel(operator: Client, row: object, reason: str) -> str:
    page = reverse("admin:notifications_notification_cancel", args=[row.pk])  # type: ignore[attr-defined]  # a row
    return operator.post(page, {"reason": reason}, follow=True).content.decode()


def test_page_counts_recipients_and_deliveries_by_what_became_of_them(
    operator: Client, owner: User, teammate: User
) -> None:
    category()
    asked = send(owner, teammate)

    page = page_of(operator, asked)

    assert "2 recipients" in page
    assert "<strong>2</strong> sent" in page
    assert "<strong>2</strong> accepted" in page
    assert "The lift works again" in page


def test_notification_is_called_off_with_a_reason(operator: Client, owner: User) -> None:
    category()
    asked = ask(owner, scheduled_at=now() + timedelta(hours=1))

    text = _cancel(operator, asked, "Sent to the wrong house")

    asked.refresh_from_db()
    assert asked.state == "cancelled"
    assert "It goes to nobody who has not been sent it." in text
    assert "Sent to the wrong house" in LogEntry.objects.get().change_message


def test_without_a_reason_nothing_happens(operator: Client, owner: User) -> None:
    category()
    asked = ask(owner, scheduled_at=now() + timedelta(hours=1))

    asked_why = _cancel(operator, asked, "")

    asked.refresh_from_db()
    assert asked.state == "scheduled"
    assert "Why?" in asked_why
    assert "Cancel it" in asked_why


def test_what_has_gone_out_cannot_be_called_off(operator: Client, owner: User) -> None:
    category()
    asked = send(owner)

    text = _cancel(operator, asked, "Too late")

    assert "It has gone out to all its recipients." in text
    assert not LogEntry.objects.exists()


def test_who_may_only_look_cannot_call_off(owner: User) -> None:
    category()
    asked = ask(owner, scheduled_at=now() + timedelta(hours=1))
    looker = UserFactory.create(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_notification"))

    answer = operator_of(looker).post(
        reverse("admin:notifications_notification_cancel", args=[asked.pk]), {"reason": "I can"}
    )

    asked.refresh_from_db()
    assert answer.status_code == 403
    assert asked.state == "scheduled"
