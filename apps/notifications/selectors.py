"""Reads of notifications: what was sent, what people want, what waits in their inbox."""

from collections import Counter
from collections.abc import Collection

from django.db.models import Count, Q, QuerySet

from apps.notifications.models import InboxItem, Notification, ProviderAccount, Registration
from apps.notifications.types import InboxCounts, PushService


def notifications_by(*, sender: str) -> QuerySet[Notification]:
    """The notifications that this sender asked for."""
    return Notification.objects.filter(sender=sender)


def unread_counts(user_ids: Collection[int]) -> Counter[int]:
    """How many unread items lie in people's inboxes; archived ones do not count."""
    unread = InboxItem.objects.filter(user_id__in=user_ids, read_at=None, archived_at=None)
    return Counter(dict(unread.values_list("user_id").annotate(number=Count("*")).order_by()))


def provider_accounts() -> QuerySet[ProviderAccount]:
    """Our accounts at push services, whether they are in use or not."""
    return ProviderAccount.objects.all()


def inbox_items_of(*, user_id: int) -> QuerySet[InboxItem]:
    """All that was ever laid into a person's inbox, archived items too."""
    return InboxItem.objects.filter(user_id=user_id)


def inbox_counts(*, user_id: int) -> InboxCounts:
    """How many items of a person's inbox are unread, and how many unseen; none archived."""
    waiting = inbox_items_of(user_id=user_id).filter(archived_at=None)
    counts = waiting.aggregate(
        unread=Count("*", filter=Q(read_at=None)), unseen=Count("*", filter=Q(seen_at=None))
    )
    return InboxCounts(**counts)


def devices_of(*, user_id: int) -> QuerySet[Registration]:
    """Where a person can be reached by push now."""
    live = Registration.objects.filter(user_id=user_id, retired_at=None)
    return live.select_related("account")


def web_push_keys() -> QuerySet[ProviderAccount]:
    """The accounts by whose public key browsers may subscribe, the default one first."""
    accounts = ProviderAccount.objects.filter(service=PushService.WEB_PUSH, is_enabled=True)
    return accounts.order_by("-is_default", "name")
