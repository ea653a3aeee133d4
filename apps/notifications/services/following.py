"""Following rules: what they wish to be sent because of events is sent, once for each."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.accounts.selectors import ids_by_public_ids
from apps.events.ports import is_heard
from apps.events.types import LoggedEvent
from apps.kernel.context import bound, continued_from
from apps.notifications.ports import Rule, Wish, rules
from apps.notifications.services.sending import send_notification
from apps.notifications.types import Target, TargetKind

log = structlog.get_logger("notifications")


@transaction.atomic
def follow_rules(events: Sequence[LoggedEvent]) -> int:
    """Send what the rules wish for these events, and return how many notifications that made.

    Runs in the transaction that moves the consumer's cursor; an event that is read again makes
    nothing new. A wish that cannot be sent is logged and passed over, for it would keep everybody
    else from being told of anything. Announces NotificationRequested for each.
    """
    made = 0
    for event in events:
        cause = continued_from(correlation_id=event.correlation_id, traceparent=event.traceparent)
        with bound(cause):
            made += sum(_sent(rule, event) for rule in rules if is_heard(event.topic, rule.topics))
    return made


def _sent(rule: Rule, event: LoggedEvent) -> int:
    """Send the wishes of a rule all together or none of them; return how many were new."""
    try:
        with transaction.atomic():
            return sum(_send(rule, wish, key) for key, wish in _wishes(rule, event))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("wish.refused", rule=rule.name, event_id=str(event.event_id))
        return 0


def _wishes(rule: Rule, event: LoggedEvent) -> Iterator[tuple[str, Wish]]:
    """Yield wishes that somebody is left for, each with its key."""
    for number, wish in enumerate(rule.wishes(event)):
        target = _of_those_there_are(wish.target)
        if target is not None:
            key = f"rule:{rule.name}:{event.event_id}"
            yield f"{key}:{number}" if number else key, replace(wish, target=target)


def _of_those_there_are(target: Target) -> Target | None:
    """Return the target without people who are gone since; None if nobody is left."""
    if target.kind is not TargetKind.USERS:
        return target
    known = ids_by_public_ids(target.user_ids)
    return replace(target, user_ids=tuple(known)) if known else None


def _send(rule: Rule, wish: Wish, key: str) -> bool:
    sent = send_notification(
        sender=f"rule:{rule.name}",
        idempotency_key=key,
        template=wish.template,
        target=wish.target,
        variables=wish.variables,
        data=wish.data,
        collapse_id=wish.collapse_id,
        digest_key=wish.digest_key,
        channels=wish.channels,
    )
    return sent.is_new
