"""Test events: made up, but sent, signed and recorded as any other."""

import json

import pytest
from standardwebhooks import Webhook

from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from apps.webhooks.errors import EndpointIsDisabled, UnknownEventType
from apps.webhooks.models import Attempt, Delivery
from apps.webhooks.selectors import secret_of
from apps.webhooks.services import deliver_due, send_test_event
from tests.apps.webhooks.conftest import topics_of
from tests.factories.webhooks import EndpointFactory
from tests.hostile_server import HostileServer

pytestmark = pytest.mark.django_db


def test_test_event_arrives_signed_and_is_recorded(partner: HostileServer) -> None:
    endpoint = EndpointFactory.create(url=partner.url, event_types=["buildings.unit.added"])

    delivery_id = send_test_event(endpoint_id=endpoint.public_id)
    deliver_due()

    (request,) = partner.requests
    told = Webhook(secret_of(endpoint_id=endpoint.public_id)).verify(request.body, request.headers)
    assert told["type"] == "webhooks.test"
    assert told["data"] == {"endpoint_id": str(endpoint.public_id), "sample": None}
    delivery = Delivery.objects.get(public_id=delivery_id)
    assert delivery.state == "succeeded"
    assert Attempt.objects.filter(delivery=delivery).count() == 1
    assert topics_of(endpoint.public_id) == ["webhooks.endpoint.tested"]


def test_sample_has_the_fields_of_its_type(partner: HostileServer) -> None:
    endpoint = EndpointFactory.create(url=partner.url)

    send_test_event(endpoint_id=endpoint.public_id, event_type="buildings.request.opened")
    deliver_due()

    sample = json.loads(partner.requests[0].body)["data"]["sample"]
    assert sample["type"] == "buildings.request.opened"
    fields = {"building_id", "request_id", "unit_id", "author_id", "title", "priority"}
    assert set(sample["data"]) == fields


def test_unknown_type_disabled_and_absent_endpoint_are_refused() -> None:
    endpoint = EndpointFactory.create()
    disabled = EndpointFactory.create(state="disabled")

    with pytest.raises(UnknownEventType):
        send_test_event(endpoint_id=endpoint.public_id, event_type="no.such")
    with pytest.raises(EndpointIsDisabled):
        send_test_event(endpoint_id=disabled.public_id)
    with pytest.raises(NotFound):
        send_test_event(endpoint_id=new_id())

    assert not Delivery.objects.exists()
