"""The tokens that providers are shown: made by one process under a lock, shared by all."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from apps.kernel.clock import now
from apps.notifications.models import ProviderAccount
from apps.notifications.providers import apns_token, fcm_token
from apps.notifications.providers.minting import Minted
from apps.notifications.secrets import opened, seal
from apps.notifications.types import ProviderSettings, PushService

log = structlog.get_logger("notifications")

# Tokens of both services live for an hour, and Apple refuses those that are older.
RENEW_AFTER = timedelta(minutes=50)
# A token is shown as long as it lives longer than it takes to send what has been claimed with it.
NEEDED_LIFE = timedelta(minutes=2)

_MINTS: Mapping[PushService, Callable[[ProviderSettings], Minted]] = {
    PushService.FCM: fcm_token.mint,
    PushService.APNS: apns_token.mint,
}


def ready(account: ProviderAccount) -> ProviderSettings:
    """Return what sending with an account takes, with a token that is good for some minutes.

    Makes a new one where the old one gets old; meanwhile other processes go on with the old one, as
    long as it is good. Takes up to 15 s where the provider must be asked. Raises MintingFailed, and
    keyring's CiphertextRefused where the account's secret cannot be read.
    """
    moment = now()
    service = PushService(account.service)
    if service not in _MINTS:
        return settings_of(account)
    if _is_young(account, moment):
        return settings_of(account)
    with transaction.atomic():
        waiting = not _is_good(account, moment)
        rows = ProviderAccount.objects.select_for_update(no_key=True, skip_locked=not waiting)
        locked = rows.filter(pk=account.pk).first()
        if locked is None:
            return settings_of(account)
        if not _is_young(locked, now()):
            _renew(locked, _MINTS[service](settings_of(locked)))
    return settings_of(locked)


def forget(account_id: int, *, issued_at: datetime) -> None:
    """Let nobody show a token any more that its provider has refused."""
    ProviderAccount.objects.filter(pk=account_id, token_issued_at=issued_at).update(
        sealed_token="", token_issued_at=None, token_expires_at=None, updated_at=now()
    )


def settings_of(account: ProviderAccount) -> ProviderSettings:
    """Return an account with its secret and token opened; raises CiphertextRefused."""
    return ProviderSettings(
        id=account.pk,
        name=account.name,
        service=PushService(account.service),
        config=account.config,
        secret=opened(account, "sealed_secret"),
        token=opened(account, "sealed_token").decode(),
        token_issued_at=account.token_issued_at,
    )


def _renew(account: ProviderAccount, minted: Minted) -> None:
    seal(account, "sealed_token", minted.token.encode())
    account.token_issued_at, account.token_expires_at = minted.issued_at, minted.expires_at
    account.save(
        update_fields=("sealed_token", "token_issued_at", "token_expires_at", "updated_at")
    )
    log.info("token.renewed", account=account.name, service=account.service)


def _is_young(account: ProviderAccount, moment: datetime) -> bool:
    issued_at = account.token_issued_at
    return issued_at is not None and moment - issued_at < RENEW_AFTER and _is_good(account, moment)


def _is_good(account: ProviderAccount, moment: datetime) -> bool:
    expires_at = account.token_expires_at
    return (
        bool(account.sealed_token) and expires_at is not None and expires_at - moment > NEEDED_LIFE
    )
