"""Sending a delivery again by hand."""

from uuid import UUID

from django.db import transaction

from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.webhooks.errors import DeliveryUnderWay, EndpointIsDisabled
from apps.webhooks.events import DeliveryResent
from apps.webhooks.models import Delivery
from apps.webhooks.services.endpoints import owner_of
from apps.webhooks.types import DeliveryState


@transaction.atomic
def resend_delivery(*, delivery_id: UUID) -> None:
    """Let a finished delivery be sent again, with a full round of retries.

    The webhook-id stays the same, so a receiver that had it already recognises it. Raises
    NotFound, DeliveryUnderWay or EndpointIsDisabled. Announces DeliveryResent.
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("endpoint__owner")
        .filter(public_id=delivery_id)
        .first()
    )
    if delivery is None:
        raise NotFound
    if delivery.state == DeliveryState.PENDING:
        raise DeliveryUnderWay("Wait until it has succeeded or failed.")
    if not delivery.endpoint.is_enabled:
        raise EndpointIsDisabled("Enable the endpoint, then send it again.")
    delivery.state, delivery.due_at, delivery.finished_at = DeliveryState.PENDING, now(), None
    delivery.retries_used = 0
    delivery.resend_count += 1
    delivery.save()
    announce(
        DeliveryResent(
            audience=owner_of(delivery.endpoint),
            endpoint_id=delivery.endpoint.public_id,
            delivery_id=delivery.public_id,
        )
    )
