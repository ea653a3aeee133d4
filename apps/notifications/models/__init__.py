"""The tables of notifications: texts, wishes of people, devices, and what was sent to whom."""

from apps.notifications.models.account import ProviderAccount
from apps.notifications.models.attempt import ATTEMPT_PARTITIONS, Attempt
from apps.notifications.models.category import Category
from apps.notifications.models.delivery import Delivery
from apps.notifications.models.digest import Digest
from apps.notifications.models.inbox_item import Inbox, InboxItem
from apps.notifications.models.notification import Notification
from apps.notifications.models.preference import Preference, QuietHours, TopicSubscription
from apps.notifications.models.recipient import Recipient
from apps.notifications.models.registration import Registration
from apps.notifications.models.template import Template, TemplateText

__all__ = [
    "ATTEMPT_PARTITIONS",
    "Attempt",
    "Category",
    "Delivery",
    "Digest",
    "Inbox",
    "InboxItem",
    "Notification",
    "Preference",
    "ProviderAccount",
    "QuietHours",
    "Recipient",
    "Registration",
    "Template",
    "TemplateText",
    "TopicSubscription",
]
