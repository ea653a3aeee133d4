"""The writing door of realtime: publish, disconnect, and what keeps the tables."""

from apps.realtime.services.connections import record_connections
from apps.realtime.services.numbering import number_events
from apps.realtime.services.publishing import disconnect_user, publish_message
from apps.realtime.services.retention import maintain

__all__ = [
    "disconnect_user",
    "maintain",
    "number_events",
    "publish_message",
    "record_connections",
]
