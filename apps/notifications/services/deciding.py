"""Deciding: what becomes of each person's share of a notification, or of several gathered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.accounts.types import UserSummary
from apps.kernel.errors import AppError
from apps.notifications.decisions import Circumstances, channels_of, decide
from apps.notifications.models import Notification
from apps.notifications.services.crowds import Crowd, Device, DigestKey, OpenDigest, SentKey
from apps.notifications.types import (
    CategorySettings,
    Channel,
    Decision,
    PushService,
    RecipientState,
    Ruling,
    Step,
)
from apps.notifications.wording import Said, Wording


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is decided at once: one person's share of a notification, or of those of a digest."""

    # The newest of those that it tells of.
    notification: Notification
    wording: Wording
    category: CategorySettings
    person: UserSummary
    expires_at: datetime
    # Those that wait, the newest last; of what is decided for the first time there are none yet.
    recipient_ids: tuple[int, ...] = ()
    # None for all that the notification may go by.
    channels: tuple[Channel, ...] | None = None
    was_sent: bool = False
    digest_id: int | None = None

    @property
    def digest_key(self) -> DigestKey:
        """What it is gathered by, where it is."""
        return DigestKey(self.person.id, self.category.key, self.notification.digest_key)


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What goes to one device, mailbox or inbox."""

    channel: Channel
    said: Said
    device: Device | None = None


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """What becomes of a case."""

    case: Case
    decisions: Sequence[Decision]
    state: RecipientState
    sendings: Sequence[Sending] = ()
    waiting_channels: tuple[Channel, ...] = ()
    due_at: datetime | None = None
    # To be joined.
    digest: OpenDigest | None = None
    language: str = ""


def expiry_of(notification: Notification) -> datetime:
    """Return when a notification is worth nothing any more."""
    return notification.scheduled_at + timedelta(seconds=notification.ttl_seconds)


def rule(case: Case, crowd: Crowd) -> Ruled:
    """Decide a case among those of its crowd, which counts what is sent and gathered.

    Cases of one person are ruled one after the other.
    """
    circumstances = _circumstances(case, crowd)
    channels = case.channels or channels_of(circumstances)
    decisions = decide(circumstances, channels)
    last = {decision.channel: decision for decision in decisions}
    sendings: list[Sending] = []
    for channel in channels:
        if last[channel].ruling is Ruling.PASSED:
            made, refusals = _sendings(case, channel, crowd)
            sendings += made
            decisions += refusals
            if made:
                crowd.sent[SentKey(case.person.id, case.category.key, channel)] += 1
    waiting = [each for each in last.values() if each.ruling is Ruling.WAITS]
    digest = _joined(case, waiting, crowd)
    return Ruled(
        case=case,
        decisions=decisions,
        state=_state(is_waiting=bool(waiting), is_sent=case.was_sent or bool(sendings)),
        sendings=sendings,
        waiting_channels=tuple(each.channel for each in waiting),
        due_at=digest.closes_at if digest else _earliest(waiting),
        digest=digest,
        language=sendings[0].said.content.language if sendings else "",
    )


def _circumstances(case: Case, crowd: Crowd) -> Circumstances:
    asked, category = case.notification, case.category
    person = case.person
    devices = crowd.devices.get(case.person.id, ())
    digest = crowd.digests.get(case.digest_key)
    return Circumstances(
        category=category,
        moment=crowd.moment,
        expires_at=case.expires_at,
        asked_channels=None if asked.channels is None else tuple(map(Channel, asked.channels)),
        is_silent=asked.is_silent,
        wordless=case.wording.wordless,
        is_active=person.is_active,
        devices=frozenset(device.service for device in devices),
        has_email=bool(person.email),
        preferences=crowd.preferences.get((case.person.id, category.key), {}),
        quiet_until=crowd.quiet_until(case.person.id),
        is_online=crowd.is_online(case.person.id),
        sent={
            channel: crowd.sent[SentKey(case.person.id, category.key, channel)]
            for channel in Channel
        },
        is_gathered=case.digest_id is not None,
        digest_closes_at=digest.closes_at if digest else _would_close_at(case, crowd),
    )


def _sendings(case: Case, channel: Channel, crowd: Crowd) -> tuple[list[Sending], list[Decision]]:
    """Return what is sent on a channel; or, where none of it can be said, why not."""
    addressees: Sequence[Device | None] = (None,)
    if channel is Channel.PUSH:
        addressees = [each for each in crowd.devices[case.person.id] if _takes(each, case)]
    made, refusals = [], []
    for device in addressees:
        service = PushService(device.service) if device else None
        chain = crowd.chain(device.locale if device else "", case.person.locale)
        try:
            said = case.wording.said(channel, service, chain)
        except AppError as error:
            refusals.append(_unspeakable(channel, error))
        else:
            made.append(Sending(channel=channel, said=said, device=device))
    return made, [] if made else refusals[:1]


def _takes(device: Device, case: Case) -> bool:
    return not case.notification.is_silent or device.service != PushService.WEB_PUSH


def _unspeakable(channel: Channel, error: AppError) -> Decision:
    reason = error.detail or error.title
    return Decision(channel=channel, step=Step.CONTENT, ruling=Ruling.SUPPRESSED, reason=reason)


def _joined(case: Case, waiting: Sequence[Decision], crowd: Crowd) -> OpenDigest | None:
    """Return the digest that gathers the case, opened now if there is none."""
    if not any(decision.step is Step.DIGEST for decision in waiting):
        return None
    opened = OpenDigest(id=None, closes_at=_would_close_at(case, crowd))
    return crowd.digests.setdefault(case.digest_key, opened)


def _would_close_at(case: Case, crowd: Crowd) -> datetime:
    return crowd.moment + timedelta(seconds=case.category.digest_seconds)


def _state(*, is_waiting: bool, is_sent: bool) -> RecipientState:
    if is_waiting:
        return RecipientState.WAITING
    return RecipientState.SENT if is_sent else RecipientState.SUPPRESSED


def _earliest(waiting: Sequence[Decision]) -> datetime | None:
    return min((each.until for each in waiting if each.until), default=None)
