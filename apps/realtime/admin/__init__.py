"""The operator's view of realtime: connections, channels, the test console, and why."""

from apps.realtime.admin.channels import ChannelAdmin
from apps.realtime.admin.connections import ConnectionAdmin

__all__ = ["ChannelAdmin", "ConnectionAdmin"]
