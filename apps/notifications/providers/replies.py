"""How providers' answers become replies, judged by the prune matrix."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

from apps.kernel.clock import now
from apps.kernel.retry_after import asked_pause
from apps.notifications.prune import meaning_of
from apps.notifications.types import Outcome, ProviderSettings, PushService, Reply

# How old a shared token must be before a new one may take its place: Apple refuses keys that sign
# more than one within 20 minutes, and a token that Google refuses at once will not get better.
RENEWABLE_AFTER: Mapping[PushService, timedelta] = {
    PushService.APNS: timedelta(minutes=20),
    PushService.FCM: timedelta(minutes=1),
}


@dataclass(frozen=True)
class Asked:
    """The moment a provider was asked."""

    at: datetime = field(default_factory=now)
    _started: float = field(default_factory=perf_counter)

    def elapsed_ms(self) -> float:
        """Return the milliseconds since then."""
        return round((perf_counter() - self._started) * 1000, 3)


def answered(
    asked: Asked,
    account: ProviderSettings,
    *,
    status: int,
    code: str = "",
    reason: str = "",
    provider_id: str = "",
    retry_after: str = "",
    gone_since: datetime | None = None,
) -> Reply:
    """Return the reply to a parcel that the provider answered."""
    meaning = meaning_of(account.service, status=status, code=code)
    outcome = meaning.outcome
    if meaning.is_token_refused and _is_renewable(account):
        outcome = Outcome.RETRY
    return Reply(
        outcome=outcome,
        started_at=asked.at,
        duration_ms=asked.elapsed_ms(),
        status=status,
        code=code[:64],
        reason=reason[:300],
        provider_id=provider_id[:200],
        retry_after_seconds=asked_pause(retry_after, now=now()),
        is_quota=meaning.is_quota,
        gone_since=gone_since,
        is_token_refused=meaning.is_token_refused,
        token_issued_at=account.token_issued_at,
    )


def unanswered(asked: Asked, *, code: str, reason: str, outcome: Outcome = Outcome.RETRY) -> Reply:
    """Return the reply to a parcel that got no answer, or could not be sent at all."""
    return Reply(
        outcome=outcome,
        started_at=asked.at,
        duration_ms=asked.elapsed_ms(),
        code=code[:64],
        reason=reason[:300],
    )


def _is_renewable(account: ProviderSettings) -> bool:
    issued_at = account.token_issued_at
    return issued_at is not None and now() - issued_at >= RENEWABLE_AFTER[account.service]
