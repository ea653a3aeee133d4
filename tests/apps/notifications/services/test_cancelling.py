"""Cancelling: nobody is sent it who has not been sent it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.accounts.models import User
from apps.events.selectors import latest_events
from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.notifications.errors import AlreadySent
from apps.notifications.models import Delivery, QuietHours, Recipient
from apps.notifications.services import cancel_notification, expand_due, expanding, release_due
from apps.notifications.services.expanding import expand_batch
from tests.apps.notifications.asking import (
    ask,
    category,
    last_rulings,
    recipient_of,
    send,
)
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_what_is_scheduled_goes_to_nobody(owner: User) -> None:
    category()
    asked = ask(owner, scheduled_at=clock.now() + timedelta(hours=1))

    cancel_notification(notification_id=asked.public_id)
    cancel_notification(notification_id=asked.public_id)

    asked.refresh_from_db()
    assert asked.state == "cancelled"
    assert asked.finished_at is not None
    type(asked).objects.update(scheduled_at=clock.now())
    expand_due()
    assert not Recipient.objects.exists()
    told = latest_events(limit=9, topic_prefix="notifications.notification.cancelled")
    assert [event.payload["notification_id"] for event in told] == [str(asked.public_id)]


def test_the_rest_of_many_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expanding, "PEOPLE_AT_ONCE", 2)
    category()
    asked = ask(*(UserFactory.create() for _ in range(5)))
    expand_batch()

    cancel_notification(notification_id=asked.public_id)

    expand_due()
    assert Recipient.objects.count() == 2


def test_what_waits_is_called_off(owner: User) -> None:
    category(channels=["push", "email"])
    soon = clock.now() + timedelta(hours=3)
    QuietHours.objects.create(
        user=owner, starts_at=(soon - timedelta(hours=6)).time(), ends_at=soon.time()
    )
    asked = send(owner)
    assert recipient_of(asked, owner).waiting_channels == ["email"]

    cancel_notification(notification_id=asked.public_id)

    recipient = recipient_of(asked, owner)
    assert recipient.state == "suppressed"
    assert recipient.due_at is None
    assert last_rulings(recipient)["email"] == ("cancelled", "suppressed")
    release_due()
    assert not Delivery.objects.exists()


def test_what_has_gone_out_cannot_be_called_back(owner: User) -> None:
    category()
    asked = send(owner)

    with pytest.raises(AlreadySent):
        cancel_notification(notification_id=asked.public_id)

    asked.refresh_from_db()
    assert asked.state == "expanded"


def test_nothing_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        cancel_notification(notification_id=uuid4())
