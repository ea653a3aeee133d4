"""Deliveries that cannot be sent any more end when they are claimed, and say why."""

import pytest

from apps.kernel import clock
from apps.notifications.models import Delivery, Registration
from apps.notifications.services.claiming import claim_due
from apps.notifications.types import Channel, DeliveryState
from tests.factories.accounts import UserFactory
from tests.factories.notifications import DeliveryFactory

pytestmark = pytest.mark.django_db


def _ended(delivery: Delivery) -> tuple[str, str]:
    claim = claim_due(limit=10)
    delivery.refresh_from_db()
    assert (len(claim.parcels), claim.ended, delivery.attempts.count()) == (0, 1, 0)
    return delivery.state, delivery.last_code


def test_delivery_whose_time_is_over_expires_unsent() -> None:
    delivery = DeliveryFactory.create(expires_at=clock.now())

    assert _ended(delivery) == (DeliveryState.EXPIRED, "expired")


def test_device_that_was_retired_meanwhile_is_sent_nothing() -> None:
    delivery = DeliveryFactory.create()
    Registration.objects.update(retired_at=clock.now())

    assert _ended(delivery) == (DeliveryState.RETIRED, "retired")


def test_device_that_has_another_user_by_now_is_sent_nothing() -> None:
    delivery = DeliveryFactory.create()
    Registration.objects.update(user=UserFactory.create())

    assert _ended(delivery) == (DeliveryState.RETIRED, "moved")


def test_delivery_whose_account_was_removed_is_not_sent() -> None:
    delivery = DeliveryFactory.create()
    Delivery.objects.update(account=None)

    assert _ended(delivery) == (DeliveryState.FAILED, "no_account")


def test_mail_to_a_person_without_an_address_is_not_sent() -> None:
    user = UserFactory.create(email="")
    delivery = DeliveryFactory.create(
        registration=None, user=user, account=None, channel=Channel.EMAIL, recipient__user=user
    )

    assert _ended(delivery) == (DeliveryState.FAILED, "no_address")
