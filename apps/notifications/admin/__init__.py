"""The operator's view of notifications: what is said, to whom it went, and why or why not."""

from apps.notifications.admin.accounts import AccountAdmin
from apps.notifications.admin.categories import CategoryAdmin
from apps.notifications.admin.deliveries import DeliveryAdmin
from apps.notifications.admin.notifications import NotificationAdmin
from apps.notifications.admin.people import (
    InboxItemAdmin,
    PreferenceAdmin,
    QuietHoursAdmin,
    TopicSubscriptionAdmin,
)
from apps.notifications.admin.recipients import RecipientAdmin
from apps.notifications.admin.registrations import RegistrationAdmin
from apps.notifications.admin.templates import TemplateAdmin

__all__ = [
    "AccountAdmin",
    "CategoryAdmin",
    "DeliveryAdmin",
    "InboxItemAdmin",
    "NotificationAdmin",
    "PreferenceAdmin",
    "QuietHoursAdmin",
    "RecipientAdmin",
    "RegistrationAdmin",
    "TemplateAdmin",
    "TopicSubscriptionAdmin",
]
