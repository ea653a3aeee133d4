"""A person as the operator's page about them shows their webhooks: endpoints and deliveries."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from apps.console.ports import PersonAction, PersonSection
from apps.console.selectors import target_of
from apps.console.types import MOST_ROWS, Entry, Order, Person, Tone
from apps.webhooks import services
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.selectors import deliveries_of, endpoints_of, without_bodies
from apps.webhooks.types import DeliveryState

_TONES = {
    DeliveryState.PENDING: Tone.WARN,
    DeliveryState.SUCCEEDED: Tone.GOOD,
    DeliveryState.FAILED: Tone.BAD,
    DeliveryState.CANCELLED: Tone.CALM,
}


def _endpoint_rows(person: Person) -> Sequence[Entry]:
    return [_endpoint(endpoint) for endpoint in endpoints_of(user_id=person.id)[:MOST_ROWS]]


def _endpoint(endpoint: Endpoint) -> Entry:
    failures = endpoint.consecutive_failures
    hears = ", ".join(endpoint.event_types[:3])
    more = " …" if len(endpoint.event_types) > 3 else ""
    trouble = f" · {failures} failures in a row" if failures else ""
    return Entry(
        key=endpoint.public_id,
        at=endpoint.created_at,
        title=endpoint.url,
        detail=f"{endpoint.get_state_display()} · hears {hears}{more}{trouble}",
        icon="webhook",
        tone=_endpoint_tone(endpoint),
        url=reverse("admin:webhooks_endpoint_change", args=[endpoint.pk]),
    )


def _endpoint_tone(endpoint: Endpoint) -> Tone:
    if not endpoint.is_enabled:
        return Tone.BAD
    return Tone.WARN if endpoint.consecutive_failures else Tone.GOOD


def _delivery_entries(person: Person, before: UUID | None, limit: int) -> Sequence[Entry]:
    newest = Delivery.objects.filter(owner_id=person.id).order_by("-public_id")
    if before is not None:
        newest = newest.filter(public_id__lt=before)
    # Chosen before they are joined: PostgreSQL, which expects no message for any of a million
    # deliveries, would join them all first.
    chosen = deliveries_of(user_id=person.id).filter(pk__in=newest.values("pk")[:limit])
    return [_delivery(delivery) for delivery in without_bodies(chosen).order_by("-public_id")]


def _delivery(delivery: Delivery) -> Entry:
    state = DeliveryState(delivery.state)
    parts = (delivery.endpoint.url, f"attempts: {delivery.attempt_count}", delivery.last_reason)
    return Entry(
        key=delivery.public_id,
        at=delivery.created_at,
        title=f"{delivery.message.topic}: {state.label.lower()}",
        detail=" · ".join(filter(None, parts)),
        icon="outgoing_mail",
        tone=_TONES[state],
        url=reverse("admin:webhooks_delivery_change", args=[delivery.pk]),
        actions=() if state is DeliveryState.PENDING else ("resend",),
    )


def _resend(order: Order) -> None:
    delivery_id = target_of(order, among=deliveries_of(user_id=order.person.id))
    services.resend_delivery(delivery_id=delivery_id)


SECTION = PersonSection(
    name="webhooks",
    title="Webhooks",
    permission="webhooks.view_delivery",
    place=50,
    rows=_endpoint_rows,
    entries=_delivery_entries,
    actions=(
        PersonAction(
            name="resend",
            label="Resend",
            confirmation="It is sent again with a full round of retries, under the same "
            "webhook-id, so a receiver that had it already can recognise it.",
            done="It is sent again.",
            permission="webhooks.change_delivery",
            run=_resend,
        ),
    ),
)
