"""Claim, send and record, against a partner on loopback."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook
from time_machine import travel

from apps.events.selectors import latest_events
from apps.kernel import clock
from apps.webhooks.models import Attempt, Delivery, Endpoint
from apps.webhooks.selectors import secret_of
from apps.webhooks.services import deliver_due
from tests.factories.webhooks import DeliveryFactory, EndpointFactory, MessageFactory
from tests.hostile_server import HostileServer, answering, endless_body, reset

pytestmark = pytest.mark.django_db


def test_due_delivery_arrives_signed_and_is_recorded(partner: HostileServer) -> None:
    delivery = DeliveryFactory(endpoint=EndpointFactory(url=partner.url))

    assert deliver_due() is False

    (request,) = partner.requests
    secret = secret_of(endpoint_id=delivery.endpoint.public_id)
    verified = Webhook(secret).verify(request.body, request.headers)
    assert verified["type"] == "buildings.building.created"
    assert request.headers["webhook-id"] == str(delivery.message.public_id)
    assert request.headers["x-request-id"] == "correlation-of-the-event"
    assert request.headers["content-type"] == "application/json"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == ("succeeded", 1)
    assert (delivery.last_status, delivery.last_reason) == (200, "Answered 200.")
    assert delivery.finished_at is not None
    assert delivery.lease_token is None
    attempt = Attempt.objects.get(delivery=delivery)
    assert (attempt.number, attempt.status, attempt.outcome) == (1, 200, "succeeded")
    assert attempt.connect_ms is not None
    assert attempt.first_byte_ms is not None
    assert attempt.request_headers["webhook-id"] == str(delivery.message.public_id)
