"""The courier: carries parcels to their endpoints, many at once, on the process's event loop."""

from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

import structlog
from typing_extensions import override

from apps.kernel.clock import now
from apps.kernel.context import bound
from apps.resilience import services as resilience
from apps.resilience.errors import OutboundFailed
from apps.resilience.types import OutboundTiming
from apps.webhooks.custom_headers import masked
from apps.webhooks.payloads import MAX_BODY_BYTES
from apps.webhooks.signing import signature_header
from apps.webhooks.types import Answer, Parcel

log = structlog.get_logger("webhooks")

IN_FLIGHT_PER_HOST = 20
READ_AT_MOST = 16 * 1024
# An attempt may take 15 s, and must be recorded while the lease is ours.
NEEDED_LEASE = timedelta(seconds=20)
USER_AGENT = "Mainstay-Webhooks/1"

Delivered = tuple[Parcel, Answer | None]


class Courier(resilience.Courier[Parcel, Answer]):
    """Carries parcels to their endpoints, few of a host at once."""

    @override
    def line_of(self, parcel: Parcel) -> tuple[str, int]:
        return _host_of(parcel.url), IN_FLIGHT_PER_HOST

    @override
    def pause_before(self, parcel: Parcel) -> float:
        return (parcel.send_at - now()).total_seconds() if parcel.send_at else 0.0

    @override
    async def carry(self, parcel: Parcel) -> Answer | None:
        has_time = parcel.leased_until - now() > NEEDED_LEASE
        return await _attempted(parcel) if has_time else None


@lru_cache(maxsize=1024)
def _host_of(url: str) -> str:
    return urlsplit(url).netloc


async def _attempted(parcel: Parcel) -> Answer:
    """Send a parcel; whatever breaks is an answer."""
    try:
        return await attempt(parcel)
    except Exception as error:
        with bound(parcel.cause):
            log.exception("delivery.broken", webhook_id=str(parcel.message_id))
        return Answer(
            started_at=now(),
            request_headers={},
            timing=OutboundTiming(),
            error=type(error).__name__,
            detail="Something broke on our side.",
        )


async def attempt(parcel: Parcel) -> Answer:
    """Send one parcel once, signed now, under the correlation of its event."""
    started_at = now()
    headers = _headers(parcel, timestamp=int(started_at.timestamp()))
    recorded = {**masked([name for name, _ in parcel.headers]), **headers}
    refusal = _refusal(parcel)
    if refusal:
        return Answer(
            started_at=started_at,
            request_headers=recorded,
            timing=OutboundTiming(),
            error=refusal[0],
            detail=refusal[1],
            is_final=True,
        )
    try:
        with bound(parcel.cause):
            response = await resilience.outbound_client().request(
                "POST",
                parcel.url,
                purpose="webhooks",
                body=parcel.body,
                # Ours last: nobody else's header stands in place of one of ours.
                headers={**dict(parcel.headers), **headers},
                read_at_most=READ_AT_MOST,
            )
    except OutboundFailed as failure:
        return Answer(
            started_at=started_at,
            request_headers=recorded,
            timing=failure.timing,
            error=failure.kind,
            detail=failure.detail,
        )
    return Answer(
        started_at=started_at,
        request_headers=recorded,
        timing=response.timing,
        status=response.status,
        response_headers=response.headers,
        response_body=response.body,
        is_cut=response.is_cut,
    )


def _headers(parcel: Parcel, *, timestamp: int) -> dict[str, str]:
    message_id = str(parcel.message_id)
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_header(
            parcel.secrets,
            message_id=message_id,
            timestamp=timestamp,
            body=parcel.body,
            signers=parcel.signers,
        ),
    }


def _refusal(parcel: Parcel) -> tuple[str, str] | None:
    """Return why a parcel cannot be sent at all, as kind and sentence."""
    if len(parcel.body) > MAX_BODY_BYTES:
        return "too_large", (
            f"The event is {len(parcel.body)} bytes, more than the {MAX_BODY_BYTES} that are sent."
        )
    if not parcel.secrets:
        return "unsigned", "The endpoint has no readable secret, and nothing is sent unsigned."
    return None
