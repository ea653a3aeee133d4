"""Operators retire devices, and try out whether one is reached."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.notifications.models import Registration
from apps.notifications.types import PushService, RetireReason
from devstack.push.answers import Answer
from devstack.push.services import PushServices
from tests.apps.notifications.admin.operator import operator_of
from tests.apps.notifications.pushing import account_at, device_at
from tests.factories.notifications import RegistrationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def _act(operator: Client, action: str, device: Registration) -> str:
    answer = operator.post(
        reverse("admin:notifications_registration_changelist"),
        {"action": action, "_selected_action": [device.pk], "confirmed": "yes"},
        follow=True,
    )
    return answer.content.decode()


def test_device_is_retired(operator: Client) -> None:
    device = RegistrationFactory.create()

    text = _act(operator, "retire", device)

    device.refresh_from_db()
    assert device.retire_reason == RetireReason.OPERATOR
    assert "Retired, and announced in the event log." in text


@pytest.mark.parametrize("service", list(PushService))
def test_device_is_tried_out(
    operator: Client, push_services: PushServices, service: PushService
) -> None:
    device = device_at(push_services, account_at(push_services, service))

    text = _act(operator, "try_out", device)

    assert f"{device}: 20" in text
    (push,) = push_services.journal.pushes()
    assert push.service == service.value


def test_test_that_fails_says_why(operator: Client, push_services: PushServices) -> None:
    device = device_at(push_services, account_at(push_services, PushService.FCM))
    push_services.answers.add(Answer(service="fcm", token=device.token, code="UNREGISTERED"))

    text = _act(operator, "try_out", device)

    assert f"{device}: 404 UNREGISTERED" in text
    device.refresh_from_db()
    assert device.is_live
