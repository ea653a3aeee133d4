"""Delivering: claim, send, record, until nothing is due or the time is over."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.kernel.clock import now
from apps.kernel.errors import AppError
from apps.notifications.courier import Courier, Delivered
from apps.notifications.models import ProviderAccount
from apps.notifications.providers.minting import MintingFailed
from apps.notifications.services import tokens
from apps.notifications.services.alarming import pause_accounts
from apps.notifications.services.claiming import claim_due
from apps.notifications.services.recording import record, release
from apps.notifications.types import Outcome, Parcel, ProviderSettings, Reply

log = structlog.get_logger("notifications")

DRAIN_SECONDS = 10.0
CLAIM_AT_MOST = 500
HOLD_AT_MOST = 2000
RECORD_AT_MOST = 500
# How long to wait for the first reply before looking for more that is due, and for how long to
# gather replies so that one transaction records many.
WAIT_SECONDS = 0.25
GATHER_SECONDS = 0.05
OBJECTS_PER_COLLECTION = 50_000
# How long to wait before a token is asked for again that was not to be had.
TOKEN_PAUSE_SECONDS = 5.0


def deliver_due(*, seconds: float = DRAIN_SECONDS) -> bool:
    """Send what is due, for at most about this long; return whether more may be due.

    Any number of workers may do so at once. Killed at any moment it loses nothing: what it held
    falls due again.
    """
    deadline = monotonic() + seconds
    with _rare_collections(), Courier() as courier:
        while True:
            is_over = monotonic() >= deadline
            found_any = False
            if is_over:
                courier.close()
            else:
                found_any = _claim(courier)
            if courier.held:
                _record_done(courier)
            elif is_over or not found_any:
                return is_over


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let Python look for cycles of garbage more rarely: a drain makes much, and hardly a cycle."""
    usual = gc.get_threshold()
    gc.set_threshold(OBJECTS_PER_COLLECTION, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _claim(courier: Courier) -> bool:
    """Claim and begin to send, as far as there is room; return whether anything was found."""
    room = min(CLAIM_AT_MOST, HOLD_AT_MOST - courier.held)
    if room <= 0:
        return True
    claim = claim_due(limit=room)
    accounts = {}
    for account_id, account in claim.accounts.items():
        parcels = [each for each in claim.parcels if each.account_id == account_id]
        settings = _ready(account, parcels)
        if settings is not None:
            accounts[account_id] = settings
    courier.send(
        [
            parcel
            for parcel in claim.parcels
            if parcel.account_id is None or parcel.account_id in accounts
        ],
        accounts,
    )
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


def _record_done(courier: Courier) -> None:
    done = courier.collect(
        wait_seconds=WAIT_SECONDS, gather_seconds=GATHER_SECONDS, most=RECORD_AT_MOST
    )
    unsent = [parcel for parcel, reply in done if reply is None]
    if unsent:
        release(unsent)
    for account_id, seconds in _recorded(done).items():
        courier.rest(account_id, seconds=seconds)


def _recorded(done: Sequence[Delivered]) -> Mapping[int, float]:
    """Record replies together; if that fails, one by one, and what cannot be kept as a failure."""
    replied = [(parcel, reply) for parcel, reply in done if reply is not None]
    if not replied:
        return {}
    try:
        return record(replied)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("replies.unrecordable", count=len(replied))
    for parcel, reply in replied:
        try:
            record([(parcel, reply)])
        except Exception:
            log.exception("reply.unrecordable", delivery_id=str(parcel.reference))
            record([(parcel, _unrecordable(reply))])
    return {}


def _unrecordable(reply: Reply) -> Reply:
    return Reply(
        outcome=reply.outcome,
        started_at=reply.started_at,
        duration_ms=reply.duration_ms,
        code="unrecordable",
        reason="The reply could not be recorded.",
    )
