"""The tables of webhooks: endpoints and their secrets; messages, deliveries and attempts."""

from apps.webhooks.models.attempt import ATTEMPT_PARTITIONS, Attempt
from apps.webhooks.models.delivery import Delivery
from apps.webhooks.models.endpoint import Endpoint, EndpointSecret
from apps.webhooks.models.message import Message

__all__ = [
    "ATTEMPT_PARTITIONS",
    "Attempt",
    "Delivery",
    "Endpoint",
    "EndpointSecret",
    "Message",
]
