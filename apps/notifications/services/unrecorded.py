"""One push past the ledger: nothing of it is kept, and whoever asked is told what came of it."""

from datetime import timedelta

from apps.kernel.clock import now
from apps.kernel.errors import AppError
from apps.kernel.ids import new_id
from apps.notifications.courier import SECONDS_PER_PARCEL, attempted
from apps.notifications.providers.minting import MintingFailed
from apps.notifications.types import (
    AccountCheck,
    Address,
    Channel,
    Content,
    Outcome,
    Parcel,
    ProviderSettings,
    Reply,
    Urgency,
)
from apps.resilience.services import run_outbound

LIFETIME = timedelta(minutes=5)


def send_unrecorded(settings: ProviderSettings, *, address: Address, content: Content) -> Reply:
    """Send once, now, and return what came of it. Takes up to 15 s."""
    parcel = _parcel(settings, address, content)
    return run_outbound(attempted(parcel, settings)).result(timeout=SECONDS_PER_PARCEL + 5)


def check_of(reply: Reply, *, is_good: bool) -> AccountCheck:
    """Return what a reply says of the account it was sent by."""
    return AccountCheck(
        is_good=is_good,
        is_our_fault=reply.outcome is Outcome.MISCONFIGURED,
        said=f"{reply.status or 'no answer'} {reply.code} {reply.reason}".strip(),
    )


def check_of_failure(failure: MintingFailed | AppError) -> AccountCheck:
    """Return what it says of an account that nothing could be sent by it."""
    if isinstance(failure, MintingFailed):
        return AccountCheck(is_good=False, is_our_fault=failure.is_our_fault, said=failure.reason)
    return AccountCheck(is_good=False, is_our_fault=True, said=failure.detail or failure.title)


def _parcel(settings: ProviderSettings, address: Address, content: Content) -> Parcel:
    soon = now() + LIFETIME
    return Parcel(
        delivery_id=0,
        reference=new_id(),
        channel=Channel.PUSH,
        lease_token=new_id(),
        leased_until=soon,
        expires_at=soon,
        attempt_number=1,
        content=content,
        # Somebody waits for it.
        urgency=Urgency.HIGH,
        account_id=settings.id,
        address=address,
    )
