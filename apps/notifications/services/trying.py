"""Trying a device out: one push past the ledger, and what its service said to it."""

import asyncio
from datetime import timedelta
from uuid import UUID

from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from apps.notifications.models import Registration
from apps.notifications.ports import providers
from apps.notifications.providers.minting import MintingFailed
from apps.notifications.services import tokens
from apps.notifications.types import (
    AccountCheck,
    Address,
    Channel,
    Content,
    Outcome,
    Parcel,
    ProviderSettings,
    PushService,
    Reply,
    Urgency,
)
from apps.resilience.services import run_outbound

TRY_SECONDS = 20.0


def try_device(*, registration_id: UUID, title: str, body: str) -> AccountCheck:
    """Send these words to one device now, and return what its push service said.

    Nothing is decided, repeated or kept, and nothing follows from the answer. Takes up to 35 s;
    not inside a transaction. Raises NotFound.
    """
    registration = (
        Registration.objects.select_related("account").filter(public_id=registration_id).first()
    )
    if registration is None:
        raise NotFound
    try:
        settings = tokens.ready(registration.account)
    except MintingFailed as failure:
        return AccountCheck(is_good=False, is_our_fault=failure.is_our_fault, said=failure.reason)
    parcel = _parcel(registration, Content(title=title, body=body))
    reply = run_outbound(_send(parcel, settings)).result(timeout=TRY_SECONDS + 5)
    said = f"{reply.status or 'no answer'} {reply.code} {reply.reason}".strip()
    return AccountCheck(
        is_good=reply.outcome is Outcome.ACCEPTED,
        is_our_fault=reply.outcome is Outcome.MISCONFIGURED,
        said=said,
    )


async def _send(parcel: Parcel, settings: ProviderSettings) -> Reply:
    provider = providers.get(settings.service.value)
    assert provider is not None
    async with asyncio.timeout(TRY_SECONDS):
        return await provider.send(parcel, settings)


def _parcel(registration: Registration, content: Content) -> Parcel:
    soon = now() + timedelta(minutes=5)
    return Parcel(
        delivery_id=0,
        reference=new_id(),
        channel=Channel.PUSH,
        lease_token=new_id(),
        leased_until=soon,
        expires_at=soon,
        attempt_number=1,
        content=content,
        urgency=Urgency.HIGH,
        account_id=registration.account_id,
        registration_id=registration.pk,
        address=Address(
            service=PushService(registration.service),
            token=registration.token,
            fid=registration.fid,
            p256dh=registration.p256dh,
            auth=registration.auth,
            app_id=registration.app_id,
            registered_at=registration.registered_at,
        ),
    )
