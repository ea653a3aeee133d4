"""A delivery's page shows what was sent, what was answered, and leads to why."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.notifications.services import deliver_due
from apps.notifications.types import PushService
from devstack.push.answers import Answer
from devstack.push.services import PushServices
from tests.apps.notifications.admin.operator import operator_of, page_of
from tests.apps.notifications.pushing import account_at, device_at
from tests.factories.notifications import DeliveryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def test_delivery_shows_every_attempt_and_its_answer(
    operator: Client, push_services: PushServices
) -> None:
    account = account_at(push_services, PushService.FCM)
    device = device_at(push_services, account)
    push_services.answers.add(Answer(service="fcm", token=device.token, code="UNAVAILABLE"))
    content = {"title": "<b>Lift</b>", "body": "المصعد", "language": "ar"}
    delivery = DeliveryFactory.create(registration=device, content=content)
    deliver_due()

    page = page_of(operator, delivery)

    assert "#1 Retry" in page
    assert "503 UNAVAILABLE" in page
    assert "Next attempt planned for" in page
    assert "&lt;b&gt;Lift&lt;/b&gt;" in page
    assert "المصعد" in page
    assert reverse("admin:notifications_recipient_change", args=[delivery.recipient_id]) in page
    assert reverse("admin:notifications_registration_change", args=[device.pk]) in page
