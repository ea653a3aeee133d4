"""Delivering: claim, send, record, until nothing is due or the time is over."""

from collections.abc import Sequence
from functools import partial

import structlog
from django.db import transaction

from apps.kernel.clock import now
from apps.kernel.errors import AppError
from apps.notifications.courier import Courier
from apps.notifications.models import ProviderAccount
from apps.notifications.providers.minting import MintingFailed
from apps.notifications.services import tokens
from apps.notifications.services.alarming import pause_accounts
from apps.notifications.services.claiming import claim_due
from apps.notifications.services.recording import record, release
from apps.notifications.types import Outcome, Parcel, ProviderSettings, Reply
from apps.resilience.services import drain, record_all

log = structlog.get_logger("notifications")

DRAIN_SECONDS = 10.0
# How long to wait before a token is asked for again that was not to be had.
TOKEN_PAUSE_SECONDS = 5.0


def deliver_due(*, seconds: float = DRAIN_SECONDS) -> bool:
    """Send what is due, for at most about this long; return whether more may be due.

    Any number of workers may do so at once. Killed at any moment it loses nothing: what it held
    falls due again.
    """
    courier = Courier()
    return drain(
        courier, claim=partial(_claim, courier), settle=partial(_settle, courier), seconds=seconds
    )


def _claim(courier: Courier, limit: int) -> bool:
    """Claim and begin to send; return whether anything was found."""
    claim = claim_due(limit=limit)
    refused = set()
    for account_id, account in claim.accounts.items():
        own = [each for each in claim.parcels if each.account_id == account_id]
        settings = _ready(account, own)
        if settings is None:
            refused.add(account_id)
        else:
            courier.accounts[account_id] = settings
    courier.send([parcel for parcel in claim.parcels if parcel.account_id not in refused])
    return bool(claim.parcels or claim.ended)


def _ready(account: ProviderAccount, parcels: Sequence[Parcel]) -> ProviderSettings | None:
    """Return what sending by an account takes; where there is no token, settle its parcels."""
    try:
        return tokens.ready(account)
    except MintingFailed as failure:
        log.warning("token.unavailable", account=account.name, code=failure.code)
        if failure.is_our_fault:
            _refuse(parcels, code=failure.code, reason=failure.reason, status=failure.status)
        else:
            with transaction.atomic():
                pause_accounts({account.pk: TOKEN_PAUSE_SECONDS})
            release(parcels)
    except AppError as error:
        log.exception("secret.unreadable", account=account.name)
        _refuse(parcels, code=error.code, reason="The account's secret cannot be read.")
    return None


def _refuse(
    parcels: Sequence[Parcel], *, code: str, reason: str, status: int | None = None
) -> None:
    """Let parcels fail that no provider would take, since our keys or settings are wrong."""
    reply = Reply(
        outcome=Outcome.MISCONFIGURED,
        started_at=now(),
        duration_ms=0.0,
        status=status,
        code=code[:64],
        reason=reason[:300],
    )
    record((parcel, reply) for parcel in parcels)


def _settle(courier: Courier, done: Sequence[tuple[Parcel, Reply | None]]) -> None:
    unsent = [parcel for parcel, reply in done if reply is None]
    if unsent:
        release(unsent)
    record_all(
        [(parcel, reply) for parcel, reply in done if reply is not None],
        record=partial(_record, courier),
        instead=_unrecordable,
    )


def _record(courier: Courier, replied: Sequence[tuple[Parcel, Reply]]) -> None:
    for account_id, seconds in record(replied).items():
        courier.rest(account_id, seconds=seconds)


def _unrecordable(parcel: Parcel, reply: Reply, error: Exception) -> Reply:
    log.error("reply.unrecordable", delivery_id=str(parcel.reference), exc_info=error)
    return Reply(
        outcome=reply.outcome,
        started_at=reply.started_at,
        duration_ms=reply.duration_ms,
        code="unrecordable",
        reason="The reply could not be recorded.",
    )
