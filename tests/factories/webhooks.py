"""Endpoints, messages and deliveries that read well in tests, and the log they come from."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import factory
from factory.django import DjangoModelFactory
from typing_extensions import override

from apps.events.types import LoggedEvent
from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.webhooks.models import (
    Delivery,
    Endpoint,
    EndpointSecret,
    Examination,
    Message,
    Recovery,
)
from apps.webhooks.secrets import sealed
from apps.webhooks.signing import new_secret
from tests.factories.accounts import UserFactory


class SecretFactory(DjangoModelFactory[EndpointSecret]):
    """A current secret of a new endpoint."""

    class Meta:
        model = EndpointSecret

    endpoint = factory.SubFactory("tests.factories.webhooks.EndpointFactory", secret=None)

    @classmethod
    @override
    def _create(
        cls, model_class: type[EndpointSecret], *args: object, **fields: Any
    ) -> EndpointSecret:
        row = sealed(fields["endpoint"], fields.get("secret") or new_secret())
        row.expires_at = fields.get("expires_at")
        row.save()
        return row


class EndpointFactory(DjangoModelFactory[Endpoint]):
    """An enabled endpoint with one secret, which hears all its owner may hear."""

    class Meta:
        model = Endpoint
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    url = "http://127.0.0.1:9/hook"
    event_types = factory.LazyFunction(lambda: ["*"])

    secret = factory.RelatedFactory(SecretFactory, "endpoint")


class MessageFactory(DjangoModelFactory[Message]):
    """A message of an event of nobody."""

    class Meta:
        model = Message

    topic = "buildings.building.created"
    body = b'{"type":"buildings.building.created","timestamp":"2026-01-01T00:00:00Z","data":{}}'
    occurred_at = factory.LazyFunction(clock.now)
    correlation_id = "correlation-of-the-event"
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """A delivery that is due now."""

    class Meta:
        model = Delivery

    endpoint = factory.SubFactory(EndpointFactory)
    message = factory.SubFactory(MessageFactory)
    owner = factory.SelfAttribute("endpoint.owner")
    due_at = factory.LazyFunction(clock.now)


class RecoveryFactory(DjangoModelFactory[Recovery]):
    """A replay of the last hour that has not begun."""

    class Meta:
        model = Recovery

    endpoint = factory.SubFactory(EndpointFactory)
    kind = "replay"
    since = factory.LazyFunction(lambda: clock.now() - timedelta(hours=1))
    until = factory.LazyFunction(clock.now)
    event_types = factory.LazyFunction(lambda: ["*"])
    total = 0


class ExaminationFactory(DjangoModelFactory[Examination]):
    """An examination that waits for its task."""

    class Meta:
        model = Examination

    endpoint = factory.SubFactory(EndpointFactory)


def logged(
    topic: str = "buildings.building.created",
    *,
    audience: tuple[str, ...] = (),
    event_id: UUID | None = None,
    **payload: Any,
) -> LoggedEvent:
    """Return an event as a consumer reads it, without writing it to the log."""
    return LoggedEvent(
        position=1,
        xid=1,
        event_id=event_id or new_id(),
        topic=topic,
        version=1,
        recorded_at=clock.now(),
        actor="",
        correlation_id="correlation-of-the-event",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        audience=audience,
        payload=payload,
    )
