"""The door of webhooks for writes: endpoints, deliveries, and the work of sending."""

from apps.webhooks.services.care import look_after_endpoints
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
from apps.webhooks.services.rotation import rotate_secret
from apps.webhooks.services.testing import send_test_event

__all__ = [
    "delete_endpoint",
    "deliver_due",
    "disable_endpoint",
    "enable_endpoint",
    "fan_out",
    "let_hear_everything",
    "look_after_endpoints",
    "maintain",
    "register_endpoint",
    "resend_delivery",
    "rotate_secret",
    "send_test_event",
    "update_endpoint",
]
