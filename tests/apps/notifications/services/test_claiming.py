"""Claiming: what is due, fairly among accounts, and what ends without being sent."""

from datetime import timedelta

import pytest

from apps.kernel import clock
from apps.notifications.models import Delivery, Registration
from apps.notifications.services.claiming import claim_due
from apps.notifications.types import Channel, DeliveryState, PushService
from tests.factories.accounts import UserFactory
from tests.factories.notifications import AccountFactory, DeliveryFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


def test_claimed_delivery_is_not_claimed_again_until_its_lease_is_over() -> None:
    delivery = DeliveryFactory.create()

    (parcel,) = claim_due(limit=10).parcels

    delivery.refresh_from_db()
    assert parcel.delivery_id == delivery.pk
    assert delivery.due_at == parcel.leased_until > clock.now() + timedelta(seconds=50)
    assert not claim_due(limit=10).parcels


def test_parcel_holds_all_that_sending_takes() -> None:
    delivery = DeliveryFactory.create(collapse_id="lift-2", attempt_count=2)

    (parcel,) = claim_due(limit=10).parcels

    device = delivery.registration
    assert device is not None
    assert parcel.address is not None
    assert (parcel.address.token, parcel.address.app_id) == (device.token, device.app_id)
    assert parcel.address.registered_at == device.registered_at
    assert parcel.expires_at == delivery.expires_at
    assert (parcel.attempt_number, parcel.collapse_id) == (3, "lift-2")
    assert parcel.content.title == "The lift works again"
    assert parcel.correlation_id == "correlation-of-the-notification"


def test_account_with_much_to_send_leaves_room_for_the_others() -> None:
    busy, quiet = AccountFactory.create(), AccountFactory.create(service=PushService.APNS)
    for _ in range(8):
        DeliveryFactory.create(registration=RegistrationFactory.create(account=busy))
    DeliveryFactory.create(registration=RegistrationFactory.create(account=quiet))

    parcels = claim_due(limit=4).parcels

    assert quiet.pk in {parcel.account_id for parcel in parcels}
    assert len(parcels) == 3


@pytest.mark.parametrize(
    "state", [{"is_enabled": False}, {"paused_until": clock.now() + timedelta(hours=1)}]
)
def test_account_that_rests_is_left_alone(state: dict[str, object]) -> None:
    account = AccountFactory.create(**state)
    DeliveryFactory.create(registration=RegistrationFactory.create(account=account))

    assert not claim_due(limit=10).parcels


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


def test_mail_goes_to_the_address_the_person_has_now() -> None:
    user = UserFactory.create(email="new@example.com")
    DeliveryFactory.create(
        registration=None, user=user, account=None, channel=Channel.EMAIL, recipient__user=user
    )

    (parcel,) = claim_due(limit=10).parcels

    assert (parcel.email, parcel.address) == ("new@example.com", None)
