"""The tables of realtime, one model per file."""

from apps.realtime.models.channel import Channel
from apps.realtime.models.connection import Connection
from apps.realtime.models.publication import PUBLICATION_PARTITIONS, Publication

__all__ = ["PUBLICATION_PARTITIONS", "Channel", "Connection", "Publication"]
