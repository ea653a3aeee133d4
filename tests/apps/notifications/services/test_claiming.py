"""Claiming: what is due, fairly among accounts."""

from datetime import timedelta

import pytest

from apps.kernel import clock
from apps.notifications.services.claiming import claim_due
from apps.notifications.types import PushService
from tests.factories.notifications import AccountFactory, DeliveryFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


def test_claimed_delivery_is_not_claimed_again_until_its_lease_is_over() -> None:
    delivery = DeliveryFactory.create()

    (parcel,) = claim_due(limit=10).parcels

    delivery.refresh_from_db()
    assert parcel.delivery_id == delivery.pk
    assert delivery.due_at == parcel.leased_until > clock.now() + timedelta(seconds=50)
    assert not claim_due(limit=10).parcels


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
