"""The door of webhooks for writes: endpoints, deliveries, and the work of sending."""

from apps.webhooks.services.deliveries import resend_delivery
from apps.webhooks.services.draining import deliver_due
from apps.webhooks.services.endpoints import (
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    let_hear_everything,
    register_endpoint,
    update_endpoint,
)
from apps.webhooks.services.fanout import fan_out
from apps.webhooks.services.retention import maintain

__all__ = [
    "delete_endpoint",
    "deliver_due",
    "disable_endpoint",
    "enable_endpoint",
    "fan_out",
    "let_hear_everything",
    "maintain",
    "register_endpoint",
    "resend_delivery",
    "update_endpoint",
]
