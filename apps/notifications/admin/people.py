"""What people want and keep, in the admin: preferences, quiet hours, topics, and inboxes."""

from django.contrib import admin

from apps.notifications.admin.searching import OfPeople
from apps.notifications.models import InboxItem, Preference, QuietHours, TopicSubscription


@admin.register(Preference)
class PreferenceAdmin(OfPeople):
    """What people switched on and off; where there is nothing, the category's own holds."""

    icon = "tune"
    list_display = ("user", "category", "channel", "is_enabled", "updated_at")
    list_filter = ("channel", "is_enabled")


@admin.register(QuietHours)
class QuietHoursAdmin(OfPeople):
    """When people want quiet, in their own time."""

    icon = "bedtime"
    list_display = ("user", "is_enabled", "starts_at", "ends_at", "weekdays", "time_zone")
    list_filter = ("is_enabled",)


@admin.register(TopicSubscription)
class TopicSubscriptionAdmin(OfPeople):
    """Who is sent what goes to a topic."""

    icon = "tag"
    list_display = ("user", "topic", "created_at")


@admin.register(InboxItem)
class InboxItemAdmin(OfPeople):
    """What lies in people's inboxes."""

    icon = "inbox"
    list_display = (
        *("created_at", "user", "category", "title", "language", "seen_at", "read_at"),
        "archived_at",
    )
