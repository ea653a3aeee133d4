"""Packing: a claim becomes a parcel, with all that sending it takes."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from apps.kernel.errors import AppError
from apps.keyring.services import signers
from apps.keyring.types import Purpose, Signer
from apps.webhooks.models import Endpoint, Message
from apps.webhooks.secrets import opened, opened_headers
from apps.webhooks.selectors import living_secrets
from apps.webhooks.types import Contents, Parcel

log = structlog.get_logger("webhooks")


@dataclass(frozen=True)
class Claim:
    """A delivery that a worker has taken."""

    delivery_id: int
    occurred_at: datetime
    endpoint_id: int
    message_id: int
    attempt_count: int
    retries_used: int
    # Of an endpoint that workers share a budget of; else None.
    is_half_open: bool | None
    rate: int | None
    free_from: datetime | None


@dataclass(frozen=True, kw_only=True)
class _Route:
    """What sending to an endpoint takes."""

    url: str
    secrets: tuple[bytes, ...]
    signers: tuple[Signer, ...]
    headers: tuple[tuple[str, str], ...]


def packed(claims: Sequence[Claim], *, token: UUID, leased_until: datetime) -> list[Parcel]:
    """Return the parcels of what was claimed together under one lease."""
    routes = _routes({claim.endpoint_id for claim in claims})
    messages = _messages(
        {claim.message_id for claim in claims}, moments={claim.occurred_at for claim in claims}
    )
    booked: Counter[int] = Counter()
    parcels = []
    for claim in claims:
        route = routes[claim.endpoint_id]
        parcels.append(
            Parcel(
                delivery_id=claim.delivery_id,
                occurred_at=claim.occurred_at,
                lease_token=token,
                leased_until=leased_until,
                endpoint_id=claim.endpoint_id,
                url=route.url,
                secrets=route.secrets,
                signers=route.signers,
                headers=route.headers,
                send_at=_send_at(claim, booked),
                is_probe=bool(claim.is_half_open),
                attempt_number=claim.attempt_count + 1,
                retries_used=claim.retries_used,
                **messages[claim.message_id],
            )
        )
    return parcels


def _send_at(claim: Claim, booked: Counter[int]) -> datetime | None:
    """Return the next free moment of an endpoint with a rate."""
    if claim.rate is None or claim.free_from is None:
        return None
    booked[claim.endpoint_id] += 1
    return claim.free_from + timedelta(seconds=(booked[claim.endpoint_id] - 1) / claim.rate)


def _messages(ids: Collection[int], *, moments: Collection[datetime]) -> dict[int, Contents]:
    """Return what parcels hold of messages; no model instances, which cost more than the query."""
    rows = Message.objects.filter(
        id__in=ids, occurred_at__range=(min(moments), max(moments))
    ).values_list("id", "public_id", "topic", "body", "correlation_id", "traceparent")
    return {
        message_id: {
            "message_id": public_id,
            "topic": topic,
            "body": bytes(body),
            "correlation_id": correlation_id,
            "traceparent": traceparent,
        }
        for message_id, public_id, topic, body, correlation_id, traceparent in rows
    }


def _routes(endpoint_ids: Collection[int]) -> dict[int, _Route]:
    rows = Endpoint.objects.filter(id__in=endpoint_ids).values_list(
        "id", "public_id", "url", "sealed_headers", "has_asymmetric_signature"
    )
    secrets = _secrets(endpoint_ids)
    platform = _platform_signers() if any(row[4] for row in rows) else ()
    return {
        endpoint_id: _Route(
            url=url,
            secrets=secrets.get(endpoint_id, ()),
            signers=platform if is_asymmetric else (),
            headers=_headers(public_id, sealed) if sealed else (),
        )
        for endpoint_id, public_id, url, sealed, is_asymmetric in rows
    }


# One endpoint's fault must not hold up the others: what cannot be opened is left out, and its
# attempts say so, or its receiver does.


def _secrets(endpoint_ids: Iterable[int]) -> dict[int, tuple[bytes, ...]]:
    secrets: dict[int, tuple[bytes, ...]] = {}
    for row in living_secrets(endpoint_ids):
        try:
            secret = opened(row)
        except AppError as error:
            log.error("secret.unreadable", endpoint_id=row.endpoint_id, exc_info=error)  # noqa: TRY400
            continue
        secrets[row.endpoint_id] = (*secrets.get(row.endpoint_id, ()), secret)
    return secrets


def _headers(endpoint_id: UUID, sealed: str) -> tuple[tuple[str, str], ...]:
    try:
        return opened_headers(sealed, endpoint_id=endpoint_id)
    except AppError as error:
        log.error("headers.unreadable", endpoint_id=str(endpoint_id), exc_info=error)  # noqa: TRY400
        return ()


def _platform_signers() -> tuple[Signer, ...]:
    try:
        return signers(purpose=Purpose.WEBHOOK_SIGNATURE)
    except AppError as error:
        log.error("signers.unusable", exc_info=error)  # noqa: TRY400
        return ()
