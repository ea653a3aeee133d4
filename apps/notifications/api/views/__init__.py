"""Notifications over HTTP: my devices, my inbox."""

from apps.notifications.api.views.devices import RegistrationViewSet, WebPushKeyView
from apps.notifications.api.views.inbox import InboxViewSet
from apps.notifications.api.views.templates import TemplatePreviewView

__all__ = [
    "InboxViewSet",
    "RegistrationViewSet",
    "TemplatePreviewView",
    "WebPushKeyView",
]
