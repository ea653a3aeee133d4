"""Whether somebody is sent something, step by step, each with its reason; no input or output."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from apps.notifications.types import (
    CategorySettings,
    Channel,
    Decision,
    PushService,
    Ruling,
    Step,
)


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """All that decides whether one person is sent one notification (or digest) at a moment."""

    category: CategorySettings
    moment: datetime
    expires_at: datetime
    # What the sender named instead of the category's channels, if anything.
    asked_channels: tuple[Channel, ...] | None = None
    is_silent: bool = False
    # The channels that there are words for, and why not for the others.
    wordless: Mapping[Channel, str] = field(default_factory=dict)
    is_active: bool = True
    devices: frozenset[PushService] = frozenset()
    has_email: bool = False
    # What the person switched on or off.
    preferences: Mapping[Channel, bool] = field(default_factory=dict)
    quiet_until: datetime | None = None
    is_online: bool = False
    # What the person was sent within the throttle's time, by channel.
    sent: Mapping[Channel, int] = field(default_factory=dict)
    # It tells of several that were gathered, or of one that nothing joined in time.
    is_gathered: bool = False
    # When the open digest closes, or one opened now would.
    digest_closes_at: datetime | None = None


_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))

Ruled = tuple[Ruling, str, datetime | None]
_Asked = Callable[[Circumstances, Channel], Ruled | None]


def channels_of(circumstances: Circumstances) -> tuple[Channel, ...]:
    """Return the channels to be decided, in the order in which people are told of them."""
    asked = circumstances.asked_channels
    return tuple(Channel) if asked is None else tuple(each for each in Channel if each in asked)


def decide(circumstances: Circumstances, channels: Sequence[Channel]) -> list[Decision]:
    """Return what each step rules for each channel, up to the one that does not let it pass.

    The last decision of a channel is what becomes of it. Steps with nothing to ask are left out.
    In a mandatory category nobody is asked but whether there is an address.
    """
    return [made for channel in channels for made in _decisions(circumstances, channel)]


def _decisions(circumstances: Circumstances, channel: Channel) -> Iterator[Decision]:
    for step, asked in _steps(circumstances.category):
        ruled = asked(circumstances, channel)
        if ruled is None:
            continue
        ruling, reason, until = ruled
        yield Decision(channel=channel, step=step, ruling=ruling, reason=reason, until=until)
        if ruling is not Ruling.PASSED:
            return


def _steps(category: CategorySettings) -> Sequence[tuple[Step, _Asked]]:
    return _MANDATORY_STEPS if category.is_mandatory else _STEPS


def _address(given: Circumstances, channel: Channel) -> Ruled:
    if not given.is_active:
        return _suppressed("The account is disabled.")
    if given.is_silent and channel is not Channel.PUSH:
        return _suppressed("It is silent: it shows nothing, and goes to apps alone.")
    if channel in given.wordless:
        return _suppressed(given.wordless[channel])
    match channel:
        case Channel.PUSH:
            return _device(given)
        case Channel.EMAIL if not given.has_email:
            return _suppressed("The person has no verified e-mail address.")
    return _passed("The person can be reached.")


def _device(given: Circumstances) -> Ruled:
    if not given.devices:
        return _suppressed("No device of the person's is registered for push.")
    if given.is_silent and given.devices <= {PushService.WEB_PUSH}:
        return _suppressed("Only browsers are registered, which take nothing silent.")
    return _passed("A device is registered for push.")


def _mandatory(given: Circumstances, channel: Channel) -> Ruled | None:
    is_usual = given.asked_channels is not None or channel in given.category.channels
    if not is_usual and not given.preferences.get(channel):
        return _suppressed(_is_not_sent_by(given, channel))
    return _passed("The category is mandatory: nothing else is asked.")


def _preference(given: Circumstances, channel: Channel) -> Ruled:
    wish = given.preferences.get(channel)
    if wish is False:
        return _suppressed(f"The person switched off {_named(given)} by {_spoken(channel)}.")
    if wish:
        return _passed("The person switched it on.")
    if given.asked_channels is not None:
        return _passed("The sender asked for it, and the person has not switched it off.")
    if channel in given.category.channels:
        return _passed("It is on unless the person switches it off.")
    return _suppressed(_is_not_sent_by(given, channel))


def _quiet_hours(given: Circumstances, channel: Channel) -> Ruled | None:
    until = given.quiet_until
    if until is None or channel is Channel.INBOX:
        return None
    if given.is_silent:
        return _passed("The person wants quiet, which nothing silent disturbs.")
    if until >= given.expires_at:
        return _suppressed("The person wants quiet until after its time to live is over.")
    return Ruling.WAITS, "The person wants quiet now; it is decided again afterwards.", until


def _presence(given: Circumstances, channel: Channel) -> Ruled | None:
    if channel is not Channel.PUSH or not given.category.is_push_only_when_offline:
        return None
    if given.is_online:
        return _suppressed("The person has the app open, and sees it there.")
    return _passed("The person does not have the app open.")


def _throttle(given: Circumstances, channel: Channel) -> Ruled | None:
    limit, seconds = given.category.throttle_limit, given.category.throttle_seconds
    if not limit or not seconds:
        return None
    sent = given.sent.get(channel, 0)
    told = f"{sent} of at most {limit} were sent within {_in_words(seconds)}."
    return _suppressed(told) if sent >= limit else _passed(told)


def _digest(given: Circumstances, channel: Channel) -> Ruled | None:
    if not given.category.digest_seconds or given.is_silent:
        return None
    if given.is_gathered:
        return _passed("What was gathered is told at once.")
    closes_at = given.digest_closes_at
    if closes_at is None or closes_at >= given.expires_at:
        return _passed("Its time to live is too short for gathering.")
    return Ruling.WAITS, "It is gathered with others and told with them at once.", closes_at


def _in_words(seconds: int) -> str:
    unit, length = next(each for each in _UNITS if seconds % each[1] == 0)
    number = seconds // length
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _is_not_sent_by(given: Circumstances, channel: Channel) -> str:
    return f"{_named(given)} is not sent by {_spoken(channel)}, and nobody asked for it."


def _named(given: Circumstances) -> str:
    return f"“{given.category.name}”"


def _spoken(channel: Channel) -> str:
    return channel.label.lower()


def _passed(reason: str) -> Ruled:
    return Ruling.PASSED, reason, None


def _suppressed(reason: str) -> Ruled:
    return Ruling.SUPPRESSED, reason, None


_STEPS: list[tuple[Step, _Asked]] = [
    (Step.ADDRESS, _address),
    (Step.PREFERENCE, _preference),
    (Step.QUIET_HOURS, _quiet_hours),
    (Step.PRESENCE, _presence),
    (Step.THROTTLE, _throttle),
    (Step.DIGEST, _digest),
]
_MANDATORY_STEPS: list[tuple[Step, _Asked]] = [
    (Step.ADDRESS, _address),
    (Step.PREFERENCE, _mandatory),
]
