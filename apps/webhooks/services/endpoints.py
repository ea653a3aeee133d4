"""Registering, changing, switching and deleting endpoints."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from typing_extensions import Unpack

from apps.events.services import announce
from apps.events.types import event_types as known_event_types
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.keyring.services import signers
from apps.keyring.types import Purpose
from apps.resilience.services import check_url
from apps.webhooks import events
from apps.webhooks.custom_headers import complaints_about
from apps.webhooks.errors import TooManyEndpoints, UnknownEventType, UnusableHeaders
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.secrets import sealed, sealed_headers
from apps.webhooks.services.standing import begin_anew
from apps.webhooks.signing import new_secret
from apps.webhooks.subscriptions import normalised, unknown_in
from apps.webhooks.types import DeliveryState, DisabledBy, EndpointState, Notice

MAX_ENDPOINTS_PER_OWNER = 20
# Nobody decided these, so the owner is mailed.
_WITHOUT_PEOPLE = frozenset({DisabledBy.GONE, DisabledBy.FAILING})


class EndpointWishes(TypedDict, total=False):
    """What an owner may say about an endpoint."""

    description: str
    event_types: Sequence[str]
    # All of them: those that are there are replaced.
    headers: Mapping[str, str]
    has_asymmetric_signature: bool
    is_ordered: bool
    rate_per_second: int | None


class EndpointChanges(EndpointWishes, total=False):
    """What an owner may change about an endpoint."""

    url: str


def register_endpoint(*, owner_id: int, url: str, **wishes: Unpack[EndpointWishes]) -> UUID:
    """Register an endpoint with a new secret and return its id.

    Without event types it subscribes to all. Raises resilience's UnusableUrl or
    ForbiddenAddress, UnknownEventType, UnusableHeaders and TooManyEndpoints. Announces
    EndpointRegistered. Resolves the URL's host, so it may take 3 s; not inside a transaction.
    """
    endpoint = Endpoint(owner_id=owner_id, event_types=normalised([]))
    _set(endpoint, _checked({**wishes, "url": url}))
    _register(endpoint)
    return endpoint.public_id


def update_endpoint(*, endpoint_id: UUID, **changes: Unpack[EndpointChanges]) -> None:
    """Change an endpoint; raises as registering does. Announces EndpointUpdated on a change."""
    _update(endpoint_id, _checked(changes))


@transaction.atomic
def disable_endpoint(*, endpoint_id: UUID, by: DisabledBy) -> None:
    """Send nothing more to an endpoint and cancel what is pending; a disabled one stays so.

    Announces EndpointDisabled.
    """
    disable(held(endpoint_id), by=by)


@transaction.atomic
def enable_endpoint(*, endpoint_id: UUID) -> None:
    """Send events to an endpoint again, from now on. Announces EndpointEnabled on a change."""
    endpoint = held(endpoint_id)
    if endpoint.is_enabled:
        return
    # An event that was read at the very moment of disabling may have left one behind.
    cancel_pending(endpoint)
    endpoint.state, endpoint.disabled_by, endpoint.disabled_at = EndpointState.ENABLED, "", None
    begin_anew(endpoint)
    endpoint.owed_notice = ""
    endpoint.save()
    announce(events.EndpointEnabled(audience=owner_of(endpoint), endpoint_id=endpoint.public_id))


@transaction.atomic
def let_hear_everything(*, endpoint_id: UUID, hears_everything: bool) -> None:
    """Make an endpoint a platform partner, which hears every event, or an ordinary one.

    For operators only. Announces EndpointUpdated on a change.
    """
    endpoint = held(endpoint_id)
    _change(endpoint, {"hears_everything": hears_everything})


@transaction.atomic
def delete_endpoint(*, endpoint_id: UUID) -> None:
    """Delete an endpoint with its secrets and deliveries. Announces EndpointDeleted."""
    # Wholly, so that whoever writes deliveries to it at this moment is done, or waits and then
    # finds no endpoint.
    Endpoint.objects.select_for_update().filter(public_id=endpoint_id).first()
    endpoint = held(endpoint_id)
    audience = owner_of(endpoint)
    endpoint.delete()
    announce(events.EndpointDeleted(audience=audience, endpoint_id=endpoint_id))


def disable(endpoint: Endpoint, *, by: DisabledBy) -> None:
    """Disable an endpoint whose row the caller's transaction holds."""
    if not endpoint.is_enabled:
        return
    endpoint.state, endpoint.disabled_by, endpoint.disabled_at = EndpointState.DISABLED, by, now()
    if by in _WITHOUT_PEOPLE:
        endpoint.owed_notice = Notice.DISABLED
    # Only these: workers count failures in the other columns.
    endpoint.save(
        update_fields=["state", "disabled_by", "disabled_at", "owed_notice", "updated_at"]
    )
    cancel_pending(endpoint)
    announce(
        events.EndpointDisabled(audience=owner_of(endpoint), endpoint_id=endpoint.public_id, by=by)
    )


def cancel_pending(endpoint: Endpoint) -> None:
    """Cancel the pending deliveries of an endpoint; a worker's lease on them ends."""
    Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.PENDING).update(
        state=DeliveryState.CANCELLED,
        due_at=None,
        lease_token=None,
        last_reason="The endpoint was disabled before this was delivered.",
        finished_at=now(),
        updated_at=now(),
    )


def held(endpoint_id: UUID) -> Endpoint:
    """Return an endpoint whose row the caller's transaction holds now; raises NotFound."""
    endpoint = (
        Endpoint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("owner")
        .filter(public_id=endpoint_id)
        .first()
    )
    if endpoint is None:
        raise NotFound
    return endpoint


def owner_of(endpoint: Endpoint) -> tuple[str, ...]:
    """Return the audience of what happens to an endpoint: its owner."""
    return (f"user:{endpoint.owner.public_id}",)


def checked_subscription(event_types: Sequence[str]) -> list[str]:
    """Return a subscription as it is kept; raises UnknownEventType."""
    known = [event_type.topic for event_type in known_event_types()]
    unknown = unknown_in(event_types, known_topics=known)
    if unknown:
        raise UnknownEventType(
            "The catalogue of event types does not have all of these.",
            errors=[
                {"field": "event_types", "detail": f"{name!r} is unknown.", "code": "unknown"}
                for name in unknown
            ],
        )
    return normalised(event_types)


@transaction.atomic
def _register(endpoint: Endpoint) -> None:
    # Two registrations at once must not both be the last one allowed.
    get_user_model().objects.select_for_update(no_key=True).get(pk=endpoint.owner_id)
    if Endpoint.objects.filter(owner_id=endpoint.owner_id).count() >= MAX_ENDPOINTS_PER_OWNER:
        raise TooManyEndpoints(
            f"You have {MAX_ENDPOINTS_PER_OWNER} endpoints; delete one to register another."
        )
    endpoint.save()
    sealed(endpoint, new_secret()).save()
    announce(events.EndpointRegistered(audience=owner_of(endpoint), endpoint_id=endpoint.public_id))


@transaction.atomic
def _update(endpoint_id: UUID, changes: Mapping[str, Any]) -> None:
    _change(held(endpoint_id), changes)


def _change(endpoint: Endpoint, changes: Mapping[str, Any]) -> None:
    changed = _set(endpoint, changes)
    if not changed:
        return
    if "url" in changed:
        # What another server did says nothing about this one.
        begin_anew(endpoint)
    endpoint.save()
    announce(events.EndpointUpdated(audience=owner_of(endpoint), endpoint_id=endpoint.public_id))


def _checked(changes: EndpointChanges) -> dict[str, Any]:
    """Return the changes in the form in which they are kept, if all can be."""
    checked: dict[str, Any] = {**changes}
    if "event_types" in changes:
        checked["event_types"] = checked_subscription(changes["event_types"])
    if "headers" in changes:
        _refuse_unusable(changes["headers"])
    if "url" in changes:
        # Last, since it asks name servers.
        checked["url"] = check_url(changes["url"])
    if changes.get("has_asymmetric_signature"):
        # So that the public key can be read before anything is signed with it.
        signers(purpose=Purpose.WEBHOOK_SIGNATURE)
    return checked


def _set(endpoint: Endpoint, changes: Mapping[str, Any]) -> list[str]:
    """Set what differs on an endpoint, and return the names of those columns."""
    columns = {**changes}
    if "headers" in columns:
        headers = columns.pop("headers")
        # Encrypted anew each time, so given headers always differ.
        columns["header_names"] = list(headers)
        columns["sealed_headers"] = sealed_headers(endpoint, headers)
    differing = [name for name, new in columns.items() if getattr(endpoint, name) != new]
    for name in differing:
        setattr(endpoint, name, columns[name])
    return differing


def _refuse_unusable(headers: Mapping[str, str]) -> None:
    complaints = complaints_about(headers)
    if complaints:
        raise UnusableHeaders(
            "Not all of these headers can be sent along.",
            errors=[
                {"field": "headers", "detail": complaint, "code": "unusable"}
                for complaint in complaints
            ],
        )
