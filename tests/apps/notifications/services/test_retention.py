"""What is old goes, what waits or lies in an inbox stays, and silent devices retire."""

from datetime import timedelta

import pytest
import time_machine

from apps.events.selectors import latest_events
from apps.kernel import clock
from apps.notifications import services
from apps.notifications.models import Delivery, Digest, InboxItem, Notification, Recipient
from apps.notifications.services import retention
from apps.notifications.types import DeliveryState, RetireReason
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    AccountFactory,
    DeliveryFactory,
    InboxItemFactory,
    NotificationFactory,
    RecipientFactory,
    RegistrationFactory,
)

pytestmark = pytest.mark.django_db
LATER = timedelta(days=100)


def _accepted(**fields: object) -> Delivery:
    return DeliveryFactory.create(state=DeliveryState.ACCEPTED, due_at=None, **fields)


def test_old_notification_goes_with_all_it_led_to_but_the_inbox() -> None:
    notification = NotificationFactory.create(finished_at=clock.now())
    recipient = RecipientFactory.create(notification=notification)
    _accepted(registration=RegistrationFactory.create(user=recipient.user), recipient=recipient)
    InboxItemFactory.create(user=recipient.user, recipient=recipient)

    with time_machine.travel(clock.now() + LATER):
        services.maintain()

    assert not Delivery.objects.exists()
    assert not Recipient.objects.exists()
    assert not Notification.objects.exists()
    assert InboxItem.objects.get().recipient is None


def test_digest_goes_with_the_last_that_it_gathered() -> None:
    gathering, told, _ = (
        Digest.objects.create(user=UserFactory.create(), category="news", closes_at=clock.now())
        for _ in range(3)
    )
    Digest.objects.filter(pk=told.pk).update(closed_at=clock.now())
    RecipientFactory.create(user=gathering.user, digest=gathering, state="waiting")
    RecipientFactory.create(user=told.user, digest=told)

    services.maintain()
    assert Digest.objects.count() == 3
    with time_machine.travel(clock.now() + LATER):
        services.maintain()

    assert list(Digest.objects.all()) == [gathering]


def test_new_notification_stays() -> None:
    _accepted()

    services.maintain()

    assert Delivery.objects.count() == Recipient.objects.count() == 1


def test_deliveries_that_nobody_may_claim_expire_with_their_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # More than are touched at once.
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 2)
    account = AccountFactory.create(is_enabled=False)
    for _ in range(5):
        DeliveryFactory.create(registration=RegistrationFactory.create(account=account))

    with time_machine.travel(clock.now() + timedelta(hours=2)):
        services.maintain()

    ends = Delivery.objects.values_list("state", "last_code")
    assert list(ends) == [(DeliveryState.EXPIRED, "expired")] * 5


def test_device_of_which_nobody_has_heard_for_long_retires() -> None:
    silent = RegistrationFactory.create(registered_at=clock.now() - timedelta(days=300))
    alive = RegistrationFactory.create(
        registered_at=clock.now() - timedelta(days=300), last_accepted_at=clock.now()
    )

    services.maintain()

    silent.refresh_from_db()
    alive.refresh_from_db()
    assert (silent.retire_reason, alive.retired_at) == (RetireReason.STALE, None)
    told = latest_events(limit=5, topic_prefix="notifications.device.retired")
    assert [event.payload["registration_id"] for event in told] == [str(silent.public_id)]
