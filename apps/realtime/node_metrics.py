"""The metrics of nodes: who is connected, what they are sent, and what had to be mended."""

from apps.observability.ports import counter, gauge

CONNECTIONS = gauge("mainstay_realtime_connections", "Open connections.", ("transport",))
SUBSCRIPTIONS = gauge("mainstay_realtime_subscriptions", "Subscriptions of open connections.")
MESSAGES = counter(
    "mainstay_realtime_messages_sent_total", "Messages handed to connections to be sent."
)
CLOSED = counter(
    "mainstay_realtime_connections_closed_total", "Connections that ended, by code.", ("code",)
)
GAPS = counter(
    "mainstay_realtime_gaps_filled_total",
    "Times a node read from PostgreSQL what Redis had not brought.",
)
OVERFLOWS = counter(
    "mainstay_realtime_overflows_total", "Connections closed because they read too slowly."
)
ORDERS_LOST = counter(
    "mainstay_realtime_orders_lost_total",
    "Orders to nodes that Redis did not carry; nodes find out by themselves.",
)
