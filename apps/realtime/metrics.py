"""The metrics of the publishing side; those of connections are beside the nodes' code."""

from apps.observability.ports import counter

PUBLICATIONS = counter(
    "mainstay_realtime_publications_total", "Publications numbered from the event log."
)
HINTS_LOST = counter(
    "mainstay_realtime_hints_lost_total",
    "Publications that Redis did not carry to the nodes; they find them in PostgreSQL.",
)
