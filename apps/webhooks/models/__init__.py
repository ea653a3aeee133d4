"""The tables of webhooks: endpoints and their secrets; messages, deliveries and attempts."""

from apps.webhooks.models.attempt import ATTEMPT_PARTITIONS, Attempt
from apps.webhooks.models.delivery import DELIVERY_PARTITIONS, Delivery
from apps.webhooks.models.endpoint import Endpoint, EndpointSecret
from apps.webhooks.models.message import MESSAGE_PARTITIONS, Message

__all__ = [
    "ATTEMPT_PARTITIONS",
    "DELIVERY_PARTITIONS",
    "MESSAGE_PARTITIONS",
    "Attempt",
    "Delivery",
    "Endpoint",
    "EndpointSecret",
    "Message",
]
