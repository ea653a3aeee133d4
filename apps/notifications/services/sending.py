"""Sending: a notification is written down, once per sender and key; who gets it comes next."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from apps.api.errors import IdempotencyKeyReused
from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.context import current
from apps.kernel.errors import Invalid
from apps.notifications.category_lookup import category_settings
from apps.notifications.events import NotificationRequested
from apps.notifications.fingerprints import fingerprint_of
from apps.notifications.models import Notification
from apps.notifications.payloads import is_reserved
from apps.notifications.services.targets import stored_target
from apps.notifications.template_lookup import template_texts
from apps.notifications.types import (
    CategorySettings,
    Channel,
    SentNotification,
    Target,
    Text,
    Urgency,
)
from apps.notifications.wording import Wording

# FCM keeps nothing longer.
LONGEST_TTL_SECONDS = 28 * 24 * 3600
DEFAULT_TTL_SECONDS = 3 * 24 * 3600


@transaction.atomic
def send_notification(  # noqa: PLR0913  each is a word of its own to who sends
    *,
    sender: str,
    idempotency_key: str,
    target: Target,
    category: str | None = None,
    template: str | None = None,
    texts: Mapping[str, Text] | None = None,
    variables: Mapping[str, str] | None = None,
    data: Mapping[str, str] | None = None,
    is_silent: bool = False,
    channels: Sequence[Channel] | None = None,
    urgency: Urgency = Urgency.NORMAL,
    ttl_seconds: int = DEFAULT_TTL_SECONDS,
    collapse_id: str = "",
    digest_key: str = "",
    scheduled_at: datetime | None = None,
) -> SentNotification:
    """Ask for a notification in the caller's transaction: it is sent if that commits.

    It says what a template does with these variables, or the words themselves by language; a
    template brings its category along. The same sender and key a second time is the notification
    of the first. Nothing of it is sent before ``scheduled_at``, nor so many seconds after it.

    Raises IdempotencyKeyReused where the key came with something else, UnknownCategory,
    UnknownTemplate, UnknownRecipient, UnknownSegment, MissingVariables, TemplateRefused,
    ContentTooLarge and Invalid. Announces NotificationRequested.
    """
    asked = Notification(
        sender=sender,
        idempotency_key=idempotency_key,
        category=category or "",
        template=template or "",
        texts={tag: _stored_text(text) for tag, text in (texts or {}).items()},
        variables=dict(variables or {}),
        data=dict(data or {}),
        is_silent=is_silent,
        target_kind=target.kind,
        channels=None if channels is None else sorted({Channel(each).value for each in channels}),
        urgency=urgency,
        ttl_seconds=ttl_seconds,
        collapse_id=collapse_id,
        digest_key=digest_key,
    )
    asked.fingerprint = _fingerprint(asked, target, scheduled_at)
    former = _of_key(asked)
    if former is not None:
        return _same(former, asked)
    _complete(asked, target, scheduled_at)
    Notification.objects.bulk_create([asked], ignore_conflicts=True)
    # Another transaction may have been faster with the key; it has committed then.
    written = _of_key(asked)
    assert written is not None
    if written.public_id != asked.public_id:
        return _same(written, asked)
    announce(NotificationRequested(notification_id=asked.public_id, category=asked.category))
    return SentNotification(notification_id=asked.public_id, is_new=True)


def _of_key(asked: Notification) -> Notification | None:
    return (
        Notification.objects.filter(sender=asked.sender, idempotency_key=asked.idempotency_key)
        .only("public_id", "fingerprint")
        .first()
    )


def _same(former: Notification, asked: Notification) -> SentNotification:
    if bytes(former.fingerprint) != asked.fingerprint:
        raise IdempotencyKeyReused(
            f"The key {asked.idempotency_key!r} was used for another notification; take a new one "
            "for each."
        )
    return SentNotification(notification_id=former.public_id, is_new=False)


def _fingerprint(asked: Notification, target: Target, scheduled_at: datetime | None) -> bytes:
    return fingerprint_of(
        **{
            name: getattr(asked, name)
            for name in (
                *("category", "template", "texts", "variables", "data", "is_silent", "channels"),
                *("urgency", "ttl_seconds", "collapse_id", "digest_key"),
            )
        },
        target=(
            *(target.kind.value, target.name, dict(target.arguments)),
            sorted(str(public_id) for public_id in set(target.user_ids)),
        ),
        scheduled_at=scheduled_at and scheduled_at.timestamp(),
    )


def _complete(asked: Notification, target: Target, scheduled_at: datetime | None) -> None:
    """Check what is asked for, and fill in what follows from it."""
    _require_sense(asked)
    if asked.template and not asked.category:
        asked.category = template_texts(asked.template).category
    category = category_settings(asked.category)
    _check_words(asked, category)
    asked.target = dict(stored_target(target))
    asked.scheduled_at = scheduled_at or now()
    context = current()
    asked.correlation_id, asked.traceparent = context.correlation_id, context.child().traceparent


def _check_words(asked: Notification, category: CategorySettings) -> None:
    reserved = sorted(name for name in asked.data if is_reserved(name))
    if reserved:
        detail = f"Push services or we need these names ourselves: {', '.join(reserved)}."
        raise Invalid(detail, errors=[{"field": "data", "code": "reserved", "detail": detail}])
    channels = None if asked.channels is None else [Channel(each) for each in asked.channels]
    wording = Wording(asked)
    wording.check(channels)
    if category.digest_seconds and not asked.is_silent:
        Wording(asked, gathered=(wording, wording)).check(channels)


def _require_sense(asked: Notification) -> None:
    # One for each field.
    flaws = dict(_nonsense(asked))
    if flaws:
        raise Invalid.naming(*flaws.items())


def _nonsense(asked: Notification) -> Sequence[tuple[str, str]]:
    channels = asked.channels
    checks = (
        ("idempotency_key", not asked.idempotency_key, "Give each notification a key of its own."),
        (
            "texts",
            bool(asked.template) == bool(asked.texts) and not asked.is_silent,
            "Say it by a template or in texts of your own, by language: one of the two.",
        ),
        (
            "is_silent",
            asked.is_silent and bool(asked.template or asked.texts),
            "What is silent shows nothing: send data alone, without template and texts.",
        ),
        ("data", asked.is_silent and not asked.data, "What is silent needs data for the app."),
        ("category", not asked.category and not asked.template, "Name the category."),
        ("channels", channels == [], "Name a channel, or leave them to the category."),
        (
            "channels",
            asked.is_silent and channels not in (None, [Channel.PUSH.value]),
            "What is silent goes by push alone.",
        ),
        (
            "ttl_seconds",
            not 1 <= asked.ttl_seconds <= LONGEST_TTL_SECONDS,
            f"Between 1 second and {LONGEST_TTL_SECONDS:,} (28 days).",
        ),
    )
    return [(field, detail) for field, is_wrong, detail in checks if is_wrong]


def _stored_text(text: Text) -> dict[str, str]:
    return {"title": text.title, "body": text.body, "url": text.url}
