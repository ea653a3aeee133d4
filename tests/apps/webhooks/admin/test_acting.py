"""An action is carried out row by row; one that is refused does not keep the others from it."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from tests.apps.webhooks.admin.operator import operator_of
from tests.factories.webhooks import DeliveryFactory


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def test_refused_row_does_not_hold_up_the_others(operator: Client) -> None:
    pending = DeliveryFactory.create()
    failed = DeliveryFactory.create(state="failed", due_at=None)

    page = operator.post(
        reverse("admin:webhooks_delivery_changelist"),
        {"action": "resend", "_selected_action": [pending.pk, failed.pk], "confirmed": "yes"},
        follow=True,
    )

    failed.refresh_from_db()
    assert failed.resend_count == 1
    text = page.content.decode()
    assert "1 done, and announced in the event log." in text
    assert f"{pending}: Wait until" in text
