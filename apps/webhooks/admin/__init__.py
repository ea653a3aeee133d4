"""The operator's view of webhooks: endpoints, deliveries with every attempt, and repairs."""

from apps.webhooks.admin.deliveries import DeliveryAdmin
from apps.webhooks.admin.endpoints import EndpointAdmin
from apps.webhooks.admin.repairs import ExaminationAdmin, RecoveryAdmin

__all__ = ["DeliveryAdmin", "EndpointAdmin", "ExaminationAdmin", "RecoveryAdmin"]
