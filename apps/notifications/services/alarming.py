"""Alarms and pauses of accounts: a provider refuses our keys, is well again, or asks for rest."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from apps.events.services import announce
from apps.kernel.clock import now
from apps.notifications.events import ProviderMisconfigured, ProviderRecovered
from apps.notifications.models import ProviderAccount
from apps.notifications.retries import QUOTA_PAUSE_SECONDS
from apps.notifications.types import Outcome, PushService, Reply
from apps.notifications.verdicts import Judged

log = structlog.get_logger("notifications")

# An alarm stays for so long at least: where some devices' services take us and others do not,
# operators are not told of both with every batch.
ALARM_RESTS = timedelta(minutes=1)
# One device that has had too much is no reason to let all others wait; so many together are.
QUOTA_REPLIES_TO_PAUSE = 20
LONGEST_PAUSE_SECONDS = 600.0


def note_accounts(judged: Sequence[Judged]) -> Mapping[int, float]:
    """Raise and end the alarms of accounts, and pause those whose quota is used up.

    In the caller's transaction. Announces ProviderMisconfigured and ProviderRecovered. Returns for
    how many seconds which accounts are paused.
    """
    refused = {
        each.parcel.account_id: f"{each.reply.code} {each.reply.reason}".strip()
        for each in judged
        if each.outcome is Outcome.MISCONFIGURED and each.parcel.account_id is not None
    }
    for account_id, reason in refused.items():
        raise_alarm(account_id, reason=reason)
    _end_alarms(
        {
            each.parcel.account_id
            for each in judged
            if each.outcome is Outcome.ACCEPTED and each.parcel.account_id is not None
        }
        - refused.keys()
    )
    return _pause(judged)


def raise_alarm(account_id: int, *, reason: str) -> None:
    """Note that a provider refuses us; announces ProviderMisconfigured if that is news."""
    moment = now()
    quiet = ProviderAccount.objects.filter(pk=account_id, alarmed_at=None)
    if not quiet.update(alarmed_at=moment, alarm=reason[:300], updated_at=moment):
        return
    account = ProviderAccount.objects.get(pk=account_id)
    log.error("account.refused", account=account.name, service=account.service, reason=reason)
    announce(
        ProviderMisconfigured(account=account.name, service=account.service, reason=reason[:300])
    )


def _end_alarms(account_ids: set[int]) -> None:
    moment = now()
    alarmed = ProviderAccount.objects.filter(
        pk__in=account_ids, alarmed_at__lt=moment - ALARM_RESTS
    )
    for account in alarmed.select_for_update(no_key=True).order_by("pk"):
        end_alarm(account)


def end_alarm(account: ProviderAccount) -> None:
    """Note that a provider takes us again; announces ProviderRecovered if that is news."""
    if account.alarmed_at is None:
        return
    account.alarmed_at, account.alarm = None, ""
    account.save(update_fields=("alarmed_at", "alarm", "updated_at"))
    log.info("account.recovered", account=account.name, service=account.service)
    announce(ProviderRecovered(account=account.name, service=account.service))


def _pause(judged: Sequence[Judged]) -> Mapping[int, float]:
    """Pause the accounts most of whose replies were that there were too many.

    Not those of Web Push: each browser's service speaks for itself alone, and users name them.
    """
    replies: dict[int, list[Reply]] = {}
    for each in judged:
        address = each.parcel.address
        if address and address.service is not PushService.WEB_PUSH and each.parcel.account_id:
            replies.setdefault(each.parcel.account_id, []).append(each.reply)
    seconds = {account_id: pause for account_id, own in replies.items() if (pause := _rest(own))}
    pause_accounts(seconds)
    return seconds


def _rest(replies: Sequence[Reply]) -> float:
    """Return for how many seconds the account of these replies rests, 0 for not at all."""
    busy = [reply for reply in replies if reply.is_quota]
    if len(busy) < QUOTA_REPLIES_TO_PAUSE or len(busy) * 2 <= len(replies):
        return 0.0
    asked = max(reply.retry_after_seconds or 0.0 for reply in busy)
    return min(asked or QUOTA_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)


def pause_accounts(seconds: Mapping[int, float]) -> None:
    """Let nothing of these accounts be claimed for so long."""
    moment = now()
    for account_id, pause in seconds.items():
        until = moment + timedelta(seconds=pause)
        ProviderAccount.objects.filter(pk=account_id).update(paused_until=until, updated_at=moment)
        log.warning("account.paused", account_id=account_id, seconds=pause)
