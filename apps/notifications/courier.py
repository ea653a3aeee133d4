"""The courier: carries parcels to their providers, many at once, on the process's event loop."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from time import monotonic

import structlog
from typing_extensions import override

from apps.kernel.clock import now
from apps.kernel.context import bound, continued_from
from apps.notifications.ports import providers
from apps.notifications.providers.replies import Asked, unanswered
from apps.notifications.providers.web_push import origin_of
from apps.notifications.types import Channel, Parcel, ProviderSettings, PushService, Reply
from apps.resilience import services as resilience

log = structlog.get_logger("notifications")

# A provider takes many at once from one sender; a push service that a user's browser names, or a
# mail server, is treated with care.
IN_FLIGHT: Mapping[str, int] = {
    PushService.FCM: 100,
    PushService.APNS: 500,
    PushService.WEB_PUSH: 50,
    Channel.EMAIL: 10,
}
SECONDS_PER_PARCEL = 15.0
# An attempt may take that long, and must be recorded while the lease is ours.
NEEDED_LEASE = timedelta(seconds=20)


class Courier(resilience.Courier[Parcel, Reply]):
    """Carries parcels by the accounts it knows."""

    def __init__(self) -> None:
        super().__init__()
        # By their ids, as they were last claimed with.
        self.accounts: dict[int | None, ProviderSettings] = {}
        self._resting: dict[int | None, float] = {}

    def rest(self, account_id: int, *, seconds: float) -> None:
        """Begin nothing of an account for so long."""
        self._resting[account_id] = monotonic() + seconds

    @override
    def line_of(self, parcel: Parcel) -> tuple[object, int]:
        return (parcel.account_id, _service_of(parcel)), IN_FLIGHT[carrier_of(parcel)]

    @override
    async def carry(self, parcel: Parcel) -> Reply | None:
        if not self._may_begin(parcel):
            return None
        cause = continued_from(correlation_id=parcel.correlation_id, traceparent=parcel.traceparent)
        with bound(cause):
            return await attempted(parcel, self.accounts.get(parcel.account_id))

    def _may_begin(self, parcel: Parcel) -> bool:
        moment = now()
        return (
            self._resting.get(parcel.account_id, 0.0) <= monotonic()
            and parcel.leased_until - moment > NEEDED_LEASE
            and parcel.expires_at > moment
        )


def carrier_of(parcel: Parcel) -> str:
    """Return the name of the provider that carries a parcel."""
    return parcel.address.service.value if parcel.address else parcel.channel.value


async def attempted(parcel: Parcel, account: ProviderSettings | None) -> Reply:
    """Send a parcel once; whatever breaks is a reply. Takes up to 15 s."""
    provider = providers.get(carrier_of(parcel))
    assert provider is not None, f"Nobody carries {carrier_of(parcel)}."
    asked = Asked()
    try:
        async with asyncio.timeout(SECONDS_PER_PARCEL):
            return await provider.send(parcel, account)
    except TimeoutError:
        return unanswered(
            asked, code="timed_out", reason=f"No answer within {SECONDS_PER_PARCEL:.0f} s."
        )
    except Exception as error:
        log.exception("delivery.broken", delivery_id=str(parcel.reference))
        return unanswered(asked, code=type(error).__name__, reason="Something broke on our side.")


def _service_of(parcel: Parcel) -> str:
    """Return what must not hold up others when it is slow: browsers have services of their own."""
    address = parcel.address
    if address is None or address.service is not PushService.WEB_PUSH:
        return ""
    return origin_of(address.token)
