"""Reads of webhooks, scoped by the owner; and who is to be sent which event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Min, Prefetch, Q, QuerySet

from apps.events.selectors import listeners_of
from apps.events.types import LoggedEvent
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.webhooks.events import OWN_TOPICS
from apps.webhooks.models import (
    Attempt,
    Delivery,
    Endpoint,
    EndpointSecret,
    Examination,
    Recovery,
)
from apps.webhooks.secrets import opened
from apps.webhooks.signing import shown
from apps.webhooks.subscriptions import patterns_hearing
from apps.webhooks.types import Backlog, CheckResult, DeliveryState, EndpointState

ATTEMPTS_SHOWN = 50


def endpoints_of(*, user_id: int) -> QuerySet[Endpoint]:
    """The user's endpoints."""
    return Endpoint.objects.filter(owner_id=user_id)


def deliveries_of(*, user_id: int) -> QuerySet[Delivery]:
    """The user's deliveries, with message and endpoint."""
    return Delivery.objects.filter(owner_id=user_id).select_related("message", "endpoint")


def without_bodies(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """The same deliveries, of their messages only what a list shows.

    Named one by one, since Django defers nothing behind a key of two columns.
    """
    own = (field.name for field in Delivery._meta.concrete_fields)  # noqa: SLF001  documented API
    return deliveries.only(*own, "message__public_id", "message__topic")


def with_attempts(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """The same deliveries with their ``latest_attempts``, newest first."""
    attempts = Attempt.objects.order_by("-number", "-id")[:ATTEMPTS_SHOWN]
    # Django prefetches a slice only under a name of its own.
    return deliveries.prefetch_related(
        Prefetch("attempts", queryset=attempts, to_attr="latest_attempts")
    )


def attempts_of(delivery: Delivery) -> QuerySet[Attempt]:
    """Every attempt of a delivery that is still kept, newest first."""
    # None is older than its event, so PostgreSQL leaves out the days before; an hour for clocks
    # that disagree.
    return Attempt.objects.filter(
        delivery_id=delivery.pk, started_at__gte=delivery.occurred_at - timedelta(hours=1)
    ).order_by("-number", "-id")


def recoveries_of(*, user_id: int) -> QuerySet[Recovery]:
    """The recoveries of the user's endpoints."""
    return Recovery.objects.filter(endpoint__owner_id=user_id).select_related("endpoint")


def examinations_of(*, user_id: int) -> QuerySet[Examination]:
    """The examinations of the user's endpoints."""
    return Examination.objects.filter(endpoint__owner_id=user_id).select_related("endpoint")


def examination(examination_id: UUID) -> Examination:
    """The examination of that id; raises NotFound."""
    found = Examination.objects.filter(public_id=examination_id).first()
    if found is None:
        raise NotFound
    return found


def checks_of(examination: Examination) -> list[CheckResult]:
    """What was checked, in order; empty before it is done."""
    return [CheckResult(**check) for check in examination.checks]


def backlog() -> Backlog:
    """How much waits to be delivered; reads the index of pending deliveries."""
    waiting = Delivery.objects.filter(state=DeliveryState.PENDING).aggregate(
        pending=Count("*"), oldest=Min("due_at")
    )
    oldest = waiting["oldest"]
    overdue = (now() - oldest).total_seconds() if oldest else 0.0
    return Backlog(pending=waiting["pending"], oldest_due_seconds=max(0.0, overdue))


def living_secrets(endpoint_ids: Iterable[int]) -> QuerySet[EndpointSecret]:
    """The secrets that sign for these endpoints now, newest first."""
    return EndpointSecret.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now()), endpoint_id__in=endpoint_ids
    ).order_by("-id")


def secret_of(*, endpoint_id: UUID) -> str:
    """The current secret of an endpoint as ``whsec_…``; raises NotFound."""
    secret = EndpointSecret.objects.filter(endpoint__public_id=endpoint_id, expires_at=None).first()
    if secret is None:
        raise NotFound
    return shown(opened(secret))


@dataclass(frozen=True, kw_only=True)
class _Subscriber:
    endpoint_id: int
    public_id: UUID
    owner_id: int
    hears_everything: bool


def endpoints_hearing(events: Sequence[LoggedEvent]) -> dict[UUID, list[tuple[int, int]]]:
    """Which endpoints each event goes to, as (endpoint, owner), by the event's id.

    An enabled endpoint hears a topic that it subscribes to if its owner belongs to the event's
    audience now, or if it hears everything; never an event about itself.
    """
    by_pattern = _subscribers(
        {pattern for each in events for pattern in patterns_hearing(each.topic)}
    )
    owners = {each.owner_id for group in by_pattern.values() for each in group}
    audiences: dict[tuple[str, ...], set[int]] = {}
    chosen: dict[UUID, list[tuple[int, int]]] = {}
    for event in events:
        candidates = {
            each.endpoint_id: each
            for pattern in patterns_hearing(event.topic)
            for each in by_pattern.get(pattern, ())
            if not _tells_of(event, each)
        }
        if not candidates:
            continue
        if event.audience not in audiences:
            audiences[event.audience] = listeners_of(event, owners)
        listeners = audiences[event.audience]
        chosen[event.event_id] = [
            (each.endpoint_id, each.owner_id)
            for each in candidates.values()
            if each.hears_everything or each.owner_id in listeners
        ]
    return chosen


def _subscribers(patterns: Iterable[str]) -> Mapping[str, list[_Subscriber]]:
    rows = Endpoint.objects.filter(
        state=EndpointState.ENABLED, event_types__overlap=list(patterns)
    ).values_list("id", "public_id", "owner_id", "hears_everything", "event_types")
    by_pattern: dict[str, list[_Subscriber]] = {}
    for endpoint_id, public_id, owner_id, hears_everything, event_types in rows:
        subscriber = _Subscriber(
            endpoint_id=endpoint_id,
            public_id=public_id,
            owner_id=owner_id,
            hears_everything=hears_everything,
        )
        for pattern in event_types:
            by_pattern.setdefault(pattern, []).append(subscriber)
    return by_pattern


def _tells_of(event: LoggedEvent, subscriber: _Subscriber) -> bool:
    return event.topic.startswith(OWN_TOPICS) and event.payload.get("endpoint_id") == str(
        subscriber.public_id
    )
