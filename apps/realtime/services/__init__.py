"""The writing door of realtime: publish, disconnect, and what keeps the tables."""

from apps.realtime.services.numbering import number_events

__all__ = ["number_events"]
