"""Accounts at push services: make, change, give another key, and try them out."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.errors import AppError, Conflict, NotFound
from apps.notifications.errors import AccountRefused
from apps.notifications.events import AccountCreated, AccountSecretRotated, AccountUpdated
from apps.notifications.models import ProviderAccount
from apps.notifications.providers.keys import checked_config, checked_secret, new_vapid_key
from apps.notifications.providers.minting import MintingFailed
from apps.notifications.secrets import seal
from apps.notifications.services import tokens
from apps.notifications.services.alarming import end_alarm, raise_alarm
from apps.notifications.services.unrecorded import check_of, check_of_failure, send_unrecorded
from apps.notifications.types import (
    AccountCheck,
    Address,
    Content,
    Outcome,
    PushService,
)

# Hexadecimal, as APNs wants it, and nobody's.
_NOBODY = "00" * 32


@transaction.atomic
def create_account(
    *,
    name: str,
    service: str,
    config: Mapping[str, str],
    secret: str = "",
    is_default: bool = False,
) -> UUID:
    """Make an account and return its id; for Web Push without a secret, a key pair is made.

    The first account of a service is its default one. Raises AccountRefused, or Conflict where the
    name is taken. Announces AccountCreated.
    """
    if ProviderAccount.objects.filter(name=name).exists():
        raise Conflict(f"There is an account {name!r} already; choose another name.")
    kind = PushService(service)
    account = ProviderAccount(name=name, service=kind)
    _set(account, config=config, secret=secret or _made_secret(kind))
    if is_default or not ProviderAccount.objects.filter(service=kind).exists():
        _make_default(account)
    account.full_clean(exclude=("sealed_secret",))
    account.save()
    announce(AccountCreated(account=account.name, service=account.service))
    return account.public_id


@transaction.atomic
def update_account(
    *,
    name: str,
    config: Mapping[str, str] | None = None,
    is_enabled: bool | None = None,
    is_default: bool | None = None,
) -> None:
    """Change what is named; what is queued for a disabled account waits until its time is over.

    Raises AccountRefused or NotFound. Announces AccountUpdated on a change.
    """
    account = _locked(name)
    former = _set_by_operators(account)
    if config is not None:
        _set(account, config={**account.config, **config}, secret="")
    if is_enabled is not None:
        account.is_enabled = is_enabled
    if is_default:
        _make_default(account)
    elif is_default is False:
        account.is_default = False
    account.save()
    if _set_by_operators(account) != former:
        announce(AccountUpdated(account=account.name, service=account.service))


@transaction.atomic
def rotate_account_secret(
    *, name: str, secret: str, config: Mapping[str, str] | None = None
) -> None:
    """Give an account another key, with what belongs to it (such as APNs' ``key_id``).

    Tokens of the former key are shown no more. Raises AccountRefused or NotFound. Announces
    AccountSecretRotated.
    """
    account = _locked(name)
    _set(account, config={**account.config, **(config or {})}, secret=secret)
    account.save()
    announce(AccountSecretRotated(account=account.name, service=account.service))


def check_account(*, name: str) -> AccountCheck:
    """Show the service our keys with a message for nobody, and return what it said.

    Raises the account's alarm or ends it. Takes up to 35 s. Raises NotFound.
    """
    account = ProviderAccount.objects.filter(name=name).first()
    if account is None:
        raise NotFound(f"There is no account {name!r}.")
    check = _checked(account)
    with transaction.atomic():
        if check.is_good:
            end_alarm(_locked(name))
        elif check.is_our_fault:
            raise_alarm(account.pk, reason=check.said)
    return check


def _checked(account: ProviderAccount) -> AccountCheck:
    try:
        settings = tokens.ready(account)
        checked_secret(settings.service, settings.config, settings.secret)
    except (MintingFailed, AppError) as failure:
        return check_of_failure(failure)
    if settings.service is PushService.WEB_PUSH:
        return AccountCheck(is_good=True, said="The key pair can sign.")
    nobody = Address(service=settings.service, token=_NOBODY, registered_at=now())
    reply = send_unrecorded(settings, address=nobody, content=Content(is_silent=True))
    was_answered = reply.status is not None
    return check_of(reply, is_good=was_answered and reply.outcome is not Outcome.MISCONFIGURED)


def _locked(name: str) -> ProviderAccount:
    account = ProviderAccount.objects.select_for_update(no_key=True).filter(name=name).first()
    if account is None:
        raise NotFound(f"There is no account {name!r}.")
    return account


def _set(account: ProviderAccount, *, config: Mapping[str, str], secret: str) -> None:
    """Set what is known and, if there is one, the secret; tokens made of the former are void."""
    service = PushService(account.service)
    if secret:
        account.config = checked_secret(service, config, secret.encode())
        seal(account, "sealed_secret", secret.encode())
    else:
        account.config = checked_config(service, config)
    account.sealed_token, account.token_issued_at, account.token_expires_at = "", None, None


def _set_by_operators(account: ProviderAccount) -> tuple[Mapping[str, str], bool, bool]:
    return account.config, account.is_enabled, account.is_default


def _made_secret(service: PushService) -> str:
    if service is PushService.WEB_PUSH:
        return new_vapid_key()
    raise AccountRefused(f"An account at {service.label} needs its key.")


def _make_default(account: ProviderAccount) -> None:
    ProviderAccount.objects.filter(service=account.service, is_default=True).update(
        is_default=False, updated_at=now()
    )
    account.is_default = True
