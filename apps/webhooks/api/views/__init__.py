"""Webhooks over HTTP: my endpoints, their deliveries, and what can be subscribed to."""

from apps.webhooks.api.views.deliveries import DeliveryViewSet
from apps.webhooks.api.views.endpoints import EndpointViewSet
from apps.webhooks.api.views.event_types import EventTypesView
from apps.webhooks.api.views.keys import KeysView

__all__ = ["DeliveryViewSet", "EndpointViewSet", "EventTypesView", "KeysView"]
