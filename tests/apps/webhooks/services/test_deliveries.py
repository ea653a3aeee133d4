"""Sending a delivery again by hand."""

import pytest

from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from apps.webhooks.errors import DeliveryUnderWay, EndpointIsDisabled
from apps.webhooks.services import deliver_due, resend_delivery
from tests.apps.webhooks.conftest import topics_of
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.hostile_server import HostileServer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled"])
def test_finished_delivery_is_sent_again_under_its_id(partner: HostileServer, state: str) -> None:
    delivery = DeliveryFactory.create(
        endpoint=EndpointFactory.create(url=partner.url),
        state=state,
        due_at=None,
        finished_at=clock.now(),
        attempt_count=6,
        retries_used=5,
    )

    resend_delivery(delivery_id=delivery.public_id)
    deliver_due()

    (request,) = partner.requests
    assert request.headers["webhook-id"] == str(delivery.message.public_id)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count, delivery.resend_count) == ("succeeded", 7, 1)
    assert topics_of(delivery.endpoint.public_id) == ["webhooks.delivery.resent"]


def test_delivery_under_way_is_not_sent_twice() -> None:
    with pytest.raises(DeliveryUnderWay):
        resend_delivery(delivery_id=DeliveryFactory.create().public_id)


def test_disabled_endpoint_must_be_enabled_first() -> None:
    delivery = DeliveryFactory.create(
        endpoint=EndpointFactory.create(state="disabled"), state="failed", due_at=None
    )

    with pytest.raises(EndpointIsDisabled):
        resend_delivery(delivery_id=delivery.public_id)


def test_delivery_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        resend_delivery(delivery_id=new_id())
