"""What is claimed becomes a parcel with all that sending takes."""

import pytest

from apps.notifications.services.claiming import claim_due
from apps.notifications.types import Channel
from tests.factories.accounts import UserFactory
from tests.factories.notifications import DeliveryFactory

pytestmark = pytest.mark.django_db


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


def test_mail_goes_to_the_address_the_person_has_now() -> None:
    user = UserFactory.create(email="new@example.com")
    DeliveryFactory.create(
        registration=None, user=user, account=None, channel=Channel.EMAIL, recipient__user=user
    )

    (parcel,) = claim_due(limit=10).parcels

    assert (parcel.email, parcel.address) == ("new@example.com", None)
