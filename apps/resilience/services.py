"""The door of resilience: how other apps reach servers that may be slow, dead or hostile."""

from apps.resilience.outbound import OutboundClient
from apps.resilience.outbound_loop import close_outbound_client, outbound_client, run_outbound
from apps.resilience.outbound_urls import check_url

__all__ = [
    "OutboundClient",
    "check_url",
    "close_outbound_client",
    "outbound_client",
    "run_outbound",
]
