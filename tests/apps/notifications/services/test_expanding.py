"""Expanding: everybody once, in batches, whatever dies in between."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.events.selectors import latest_events
from apps.notifications.models import Delivery, InboxItem, Notification, Recipient
from apps.notifications.services.expanding import expand_batch
from apps.notifications.types import NotificationState
from tests.apps.notifications.asking import (
    ask,
    category,
    channels_sent,
    last_rulings,
    recipient_of,
    send,
    titles_in_inbox,
)
from tests.factories.notifications import RegistrationFactory

pytestmark = pytest.mark.django_db


def test_person_is_sent_it_wherever_they_can_be_reached(owner: User) -> None:
    category()
    RegistrationFactory.create(user=owner)
    RegistrationFactory.create(user=owner)

    asked = send(owner)

    recipient = recipient_of(asked, owner)
    assert asked.state == NotificationState.EXPANDED
    assert asked.recipient_count == 1
    assert recipient.state == "sent"
    assert recipient.language == "en"
    assert channels_sent(recipient) == ["email", "inbox", "push", "push"]
    assert titles_in_inbox(owner) == ["The lift works again"]
