"""The tables of webhooks: endpoints, messages, deliveries, attempts; recoveries, examinations."""

from apps.webhooks.models.attempt import ATTEMPT_PARTITIONS, Attempt
from apps.webhooks.models.delivery import DELIVERY_PARTITIONS, Delivery
from apps.webhooks.models.endpoint import Endpoint, EndpointSecret
from apps.webhooks.models.examination import Examination
from apps.webhooks.models.message import MESSAGE_PARTITIONS, Message
from apps.webhooks.models.recovery import Recovery

__all__ = [
    "ATTEMPT_PARTITIONS",
    "DELIVERY_PARTITIONS",
    "MESSAGE_PARTITIONS",
    "Attempt",
    "Delivery",
    "Endpoint",
    "EndpointSecret",
    "Examination",
    "Message",
    "Recovery",
]
