"""What a parcel holds."""

import pytest

from apps.webhooks.secrets import sealed_headers
from apps.webhooks.services.claiming import claim_due
from tests.factories.webhooks import DeliveryFactory, EndpointFactory

pytestmark = pytest.mark.django_db


def test_parcel_holds_all_that_sending_takes() -> None:
    delivery = DeliveryFactory.create(attempt_count=2, retries_used=1)

    (parcel,) = claim_due(limit=10, rooms={})

    assert parcel.delivery_id == delivery.id
    assert parcel.url == delivery.endpoint.url
    assert parcel.message_id == delivery.message.public_id
    assert parcel.body == delivery.message.body
    assert (parcel.attempt_number, parcel.retries_used) == (3, 1)
    assert len(parcel.secrets) == 1


def test_parcel_holds_what_the_owner_wants_sent_along() -> None:
    endpoint = EndpointFactory.create(has_asymmetric_signature=True)
    endpoint.sealed_headers = sealed_headers(endpoint, {"Authorization": "Bearer x", "X-A": "1"})
    endpoint.save()
    DeliveryFactory.create(endpoint=endpoint)
    DeliveryFactory.create()

    parcels = {parcel.endpoint_id: parcel for parcel in claim_due(limit=10, rooms={})}

    parcel = parcels.pop(endpoint.id)
    assert parcel.headers == (("Authorization", "Bearer x"), ("X-A", "1"))
    assert len(parcel.signers) == 1
    (other,) = parcels.values()
    assert (other.headers, other.signers, other.send_at, other.is_probe) == ((), (), None, False)


def test_headers_that_cannot_be_read_keep_nobody_from_being_sent_to() -> None:
    endpoint = EndpointFactory.create(sealed_headers="gone.AAAA")
    DeliveryFactory.create(endpoint=endpoint)

    (parcel,) = claim_due(limit=10, rooms={})

    assert parcel.headers == ()
