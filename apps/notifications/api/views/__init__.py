"""Notifications over HTTP: sending, my wishes, my devices, my inbox."""

from apps.notifications.api.views.devices import RegistrationViewSet, WebPushKeyView
from apps.notifications.api.views.inbox import InboxViewSet
from apps.notifications.api.views.notifications import NotificationViewSet
from apps.notifications.api.views.preferences import (
    PreferencesView,
    QuietHoursView,
    TopicViewSet,
)
from apps.notifications.api.views.templates import TemplatePreviewView
from apps.notifications.api.views.tracking import DeliveryViewSet

__all__ = [
    "DeliveryViewSet",
    "InboxViewSet",
    "NotificationViewSet",
    "PreferencesView",
    "QuietHoursView",
    "RegistrationViewSet",
    "TemplatePreviewView",
    "TopicViewSet",
    "WebPushKeyView",
]
