"""What happens to webhooks themselves; their owner may hear of it.

These go out as webhooks too. They are never sent to the endpoint they tell of, and the
exhaustion of a delivery that carried one of them is not announced: nothing feeds itself.
"""

from datetime import datetime
from uuid import UUID

from apps.events.types import Event

OWN_TOPICS = "webhooks."


class EndpointRegistered(Event, topic="webhooks.endpoint.registered"):
    """An endpoint was registered."""

    endpoint_id: UUID


class EndpointUpdated(Event, topic="webhooks.endpoint.updated"):
    """Something about an endpoint changed that its owner or an operator decides."""

    endpoint_id: UUID


class EndpointSecretRotated(Event, topic="webhooks.endpoint.secret_rotated"):
    """An endpoint has a new secret; former ones sign beside it until the given moment."""

    endpoint_id: UUID
    former_until: datetime


class EndpointTested(Event, topic="webhooks.endpoint.tested"):
    """Somebody asked for a test event to be sent to an endpoint."""

    endpoint_id: UUID
    delivery_id: UUID


class EndpointFailing(Event, topic="webhooks.endpoint.failing"):
    """Every attempt at an endpoint has failed for a day; it will be disabled if that goes on."""

    endpoint_id: UUID
    failing_since: datetime
    consecutive_failures: int


class EndpointEnabled(Event, topic="webhooks.endpoint.enabled"):
    """An endpoint is sent events again."""

    endpoint_id: UUID


class EndpointDisabled(Event, topic="webhooks.endpoint.disabled"):
    """An endpoint is sent nothing any more; ``by`` is owner, operator, gone (410) or failing."""

    endpoint_id: UUID
    by: str


class EndpointDeleted(Event, topic="webhooks.endpoint.deleted"):
    """An endpoint is gone, with its deliveries."""

    endpoint_id: UUID


class DeliveryResent(Event, topic="webhooks.delivery.resent"):
    """Somebody asked for a delivery to be sent again."""

    endpoint_id: UUID
    delivery_id: UUID


class DeliveryExhausted(Event, topic="webhooks.delivery.exhausted"):
    """An event could not be delivered to an endpoint and was given up."""

    endpoint_id: UUID
    delivery_id: UUID
    event_type: str


class RecoveryStarted(Event, topic="webhooks.recovery.started"):
    """Somebody asked for many deliveries to be sent again: a replay, or all that failed."""

    endpoint_id: UUID
    recovery_id: UUID
    kind: str
    since: datetime
    until: datetime
    total: int


class RecoveryFinished(Event, topic="webhooks.recovery.finished"):
    """All deliveries of a recovery are on their way again."""

    endpoint_id: UUID
    recovery_id: UUID
    done: int


class RecoveryCancelled(Event, topic="webhooks.recovery.cancelled"):
    """Somebody stopped a recovery; what it had made due until then is sent."""

    endpoint_id: UUID
    recovery_id: UUID
    done: int


class ExaminationRequested(Event, topic="webhooks.examination.requested"):
    """Somebody asked for a receiver to be examined."""

    endpoint_id: UUID
    examination_id: UUID


class ExaminationFinished(Event, topic="webhooks.examination.finished"):
    """A receiver was examined; ``finding`` is sound, unsound or unreachable."""

    endpoint_id: UUID
    examination_id: UUID
    finding: str
