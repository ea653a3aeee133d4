"""Reads of notifications: what was sent, what people want, what waits in their inbox."""

from collections import Counter
from collections.abc import Collection

from django.db.models import Count, QuerySet

from apps.notifications.models import InboxItem, Notification, ProviderAccount


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
