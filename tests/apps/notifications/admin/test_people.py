"""Operators see what people want and keep, and change none of it."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.notifications.models import Preference, QuietHours, TopicSubscription
from tests.apps.notifications.admin.operator import found, operator_of, page_of
from tests.factories.notifications import InboxItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def test_wishes_of_a_person_are_found_by_their_address(operator: Client, owner: User) -> None:
    Preference.objects.create(user=owner, category="news", channel="push", is_enabled=False)
    QuietHours.objects.create(user=owner, starts_at="22:00", ends_at="07:00")
    TopicSubscription.objects.create(user=owner, topic="lifts")

    for model in ("preference", "quiethours", "topicsubscription"):
        assert found(operator, model, owner.email) == 1
        assert found(operator, model, "stranger@example.com") == 0


def test_item_is_shown_with_what_was_done_to_it(operator: Client, owner: User) -> None:
    item = InboxItemFactory.create(user=owner, title="המעלית עובדת", language="he")

    page = page_of(operator, item)

    assert "המעלית עובדת" in page
    assert 'name="_save"' not in page
