"""The operator's view of webhooks: endpoints and how they do, deliveries with every attempt."""

from apps.webhooks.admin.deliveries import DeliveryAdmin
from apps.webhooks.admin.endpoints import EndpointAdmin

__all__ = ["DeliveryAdmin", "EndpointAdmin"]
