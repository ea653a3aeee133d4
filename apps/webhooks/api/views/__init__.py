"""Webhooks over HTTP: my endpoints, their deliveries, and what can be subscribed to."""

from apps.webhooks.api.views.deliveries import DeliveryViewSet
from apps.webhooks.api.views.endpoints import EndpointViewSet
from apps.webhooks.api.views.event_types import EventTypesView, EventTypeView
from apps.webhooks.api.views.keys import KeysView
from apps.webhooks.api.views.repairs import ExaminationViewSet, RecoveryViewSet

__all__ = [
    "DeliveryViewSet",
    "EndpointViewSet",
    "EventTypeView",
    "EventTypesView",
    "ExaminationViewSet",
    "KeysView",
    "RecoveryViewSet",
]
