"""The writing door of the spine: announce events, advance and operate consumers."""

from apps.events.services.announcing import announce, announce_all
from apps.events.services.consuming import Progress, advance
from apps.events.services.keeping import maintain_partitions, restamp_log
from apps.events.services.operating import replay_consumer, resume_consumer, skip_event

__all__ = [
    "Progress",
    "advance",
    "announce",
    "announce_all",
    "maintain_partitions",
    "replay_consumer",
    "restamp_log",
    "resume_consumer",
    "skip_event",
]
