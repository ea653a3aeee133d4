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
from apps.webhooks.services.examining import examine_waiting, request_examination
from apps.webhooks.services.fanout import fan_out
from apps.webhooks.services.recovering import (
    advance_recoveries,
    cancel_recovery,
    recover,
    replay,
)
from apps.webhooks.services.retention import maintain
from apps.webhooks.services.rotation import rotate_secret
from apps.webhooks.services.testing import send_test_event

__all__ = [
    "advance_recoveries",
    "cancel_recovery",
    "delete_endpoint",
    "deliver_due",
    "disable_endpoint",
    "enable_endpoint",
    "examine_waiting",
    "fan_out",
    "let_hear_everything",
    "look_after_endpoints",
    "maintain",
    "recover",
    "register_endpoint",
    "replay",
    "request_examination",
    "resend_delivery",
    "rotate_secret",
    "send_test_event",
    "update_endpoint",
]
