"""Sending a test event: made up, but by the way that every event takes."""

from typing import Any
from uuid import UUID

from django.db import transaction

from apps.events.services import announce
from apps.events.types import event_types
from apps.kernel.clock import now
from apps.kernel.context import current
from apps.kernel.ids import new_id
from apps.webhooks.errors import EndpointIsDisabled, UnknownEventType
from apps.webhooks.events import EndpointTested
from apps.webhooks.models import Delivery, Message
from apps.webhooks.payloads import packed
from apps.webhooks.samples import sample_payload
from apps.webhooks.services.endpoints import held, owner_of

TEST_TOPIC = "webhooks.test"


@transaction.atomic
def send_test_event(*, endpoint_id: UUID, event_type: str = "") -> UUID:
    """Send an endpoint an event of type ``webhooks.test``, and return the delivery's id.

    It holds a sample of an event of the given type, and goes to that endpoint whatever it
    subscribes to. Raises NotFound, UnknownEventType or EndpointIsDisabled; announces
    EndpointTested.
    """
    sample = _sample(event_type)
    endpoint = held(endpoint_id)
    if not endpoint.is_enabled:
        raise EndpointIsDisabled("Enable the endpoint, then test it.")
    moment, context = now(), current()
    message = Message.objects.create(
        public_id=new_id(),
        topic=TEST_TOPIC,
        body=packed(TEST_TOPIC, moment, {"endpoint_id": endpoint_id, "sample": sample}),
        occurred_at=moment,
        correlation_id=context.correlation_id,
        traceparent=context.traceparent,
    )
    delivery = Delivery.objects.create(
        message=message, endpoint=endpoint, owner_id=endpoint.owner_id, due_at=moment
    )
    announce(
        EndpointTested(
            audience=owner_of(endpoint), endpoint_id=endpoint_id, delivery_id=delivery.public_id
        )
    )
    return delivery.public_id


def _sample(topic: str) -> dict[str, Any] | None:
    """Return an event of a type as it would be sent, apart from when it happened."""
    if not topic:
        return None
    event_type = next((known for known in event_types() if known.topic == topic), None)
    if event_type is None:
        raise UnknownEventType(f"{topic!r} is not in the catalogue of event types.")
    return {"type": topic, "data": sample_payload(event_type)}
