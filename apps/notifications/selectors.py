"""Reads of notifications: what was sent, what people want, what waits in their inbox."""

from collections import Counter
from collections.abc import Collection

from django.db.models import Count, Q, QuerySet

from apps.accounts.selectors import users_by_ids
from apps.notifications.category_lookup import all_category_settings, in_language
from apps.notifications.explaining import explanation
from apps.notifications.languages import chain_of
from apps.notifications.models import (
    Delivery,
    InboxItem,
    Notification,
    Preference,
    ProviderAccount,
    QuietHours,
    Registration,
    TopicSubscription,
)
from apps.notifications.types import (
    CategoryPreference,
    CategorySettings,
    Channel,
    InboxCounts,
    PushService,
    QuietHoursSetting,
)

__all__ = [
    "deliveries_of",
    "devices_of",
    "explanation",
    "inbox_counts",
    "inbox_items_of",
    "notifications",
    "preferences_of",
    "provider_accounts",
    "quiet_hours_of",
    "topics_of",
    "unread_counts",
    "web_push_keys",
]


def notifications() -> QuerySet[Notification]:
    """All notifications that are kept, whoever asked for them."""
    return Notification.objects.all()


def preferences_of(*, user_id: int) -> list[CategoryPreference]:
    """By which ways a person is sent what of each category, named in their language."""
    person = users_by_ids([user_id])[user_id]
    wishes = {
        (category, channel): is_enabled
        for category, channel, is_enabled in Preference.objects.filter(user_id=user_id).values_list(
            "category", "channel", "is_enabled"
        )
    }
    chain = chain_of(person.locale)
    return [
        CategoryPreference(
            key=key,
            name=(named := in_language(category, chain)).name,
            description=named.description,
            is_mandatory=category.is_mandatory,
            **{
                channel.value: _is_on(category, channel, wishes.get((key, channel)))
                for channel in Channel
            },
        )
        for key, category in all_category_settings().items()
    ]


def _is_on(category: CategorySettings, channel: Channel, wish: bool | None) -> bool:
    is_usual = channel in category.channels
    if wish is None or (category.is_mandatory and is_usual):
        return is_usual
    return wish


def quiet_hours_of(*, user_id: int) -> QuietHoursSetting:
    """When a person wants nothing that can wait."""
    row = QuietHours.objects.filter(user_id=user_id).first()
    if row is None:
        return QuietHoursSetting()
    return QuietHoursSetting(
        is_enabled=row.is_enabled,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        weekdays=tuple(row.weekdays),
        time_zone=row.time_zone,
    )


def topics_of(*, user_id: int) -> QuerySet[TopicSubscription]:
    """The topics that a person subscribes to."""
    return TopicSubscription.objects.filter(user_id=user_id)


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
        unread=Count("pk", filter=Q(read_at=None)), unseen=Count("pk", filter=Q(seen_at=None))
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


def deliveries_of(*, user_id: int) -> QuerySet[Delivery]:
    """What a person was sent, or is to be sent, on all devices and channels."""
    return Delivery.objects.filter(user_id=user_id)
