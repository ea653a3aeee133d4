"""Categories and people's devices, notifications asked for, and looks at what became of them."""

from typing import Any

from apps.accounts.models import User
from apps.kernel.ids import new_id
from apps.notifications.models import Category, Delivery, InboxItem, Notification, Recipient
from apps.notifications.services import expand_due, release_due, send_notification
from apps.notifications.types import Channel, Target, TargetKind, Text

TEXTS = {"en": Text(title="The lift works again", body="In house 2.", url="/houses/2")}


def category(key: str = "news", **settings: Any) -> Category:
    """Make a category as an operator does, by all channels unless said otherwise."""
    settings = {"name": key.title(), "channels": list(Channel), **settings}
    return Category.objects.create(key=key, **settings)


def to(*users: User) -> Target:
    """Return the target of these users."""
    return Target(kind=TargetKind.USERS, user_ids=tuple(user.public_id for user in users))


def ask(*users: User, **changes: Any) -> Notification:
    """Ask for a notification to these users, in words of its own, and return it."""
    asked: dict[str, Any] = {
        "sender": "test",
        "idempotency_key": str(new_id()),
        "category": "news",
        "texts": TEXTS,
        **changes,
    }
    if "target" not in asked:
        asked["target"] = to(*users)
    sent = send_notification(**asked)
    return Notification.objects.get(public_id=sent.notification_id)


def send(*users: User, **changes: Any) -> Notification:
    """Ask for a notification, and let it be expanded as far as it goes now."""
    asked = ask(*users, **changes)
    expand_due()
    asked.refresh_from_db()
    return asked


def release() -> None:
    """Let everything that waited long enough be decided again."""
    release_due()


def recipient_of(asked: Notification, user: User) -> Recipient:
    """Return the user's share of a notification."""
    return Recipient.objects.get(notification=asked, user=user)


def last_rulings(recipient: Recipient) -> dict[str, tuple[str, str]]:
    """Return step and ruling that each channel ended with."""
    return {each["channel"]: (each["step"], each["ruling"]) for each in recipient.decisions}


def channels_sent(recipient: Recipient) -> list[str]:
    """Return the channels of a recipient's deliveries, once for each."""
    return sorted(recipient.deliveries.values_list("channel", flat=True))


def shown_to(user: User, channel: Channel) -> list[dict[str, Any]]:
    """Return what the user was sent on a channel, oldest first."""
    sent = Delivery.objects.filter(user=user, channel=channel).order_by("id")
    return list(sent.values_list("content", flat=True))


def titles_in_inbox(user: User) -> list[str]:
    """Return the titles in the user's inbox, oldest first."""
    items = InboxItem.objects.filter(user=user).order_by("public_id")
    return list(items.values_list("title", flat=True))
