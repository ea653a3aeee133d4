"""The writing door of sync."""

from apps.sync.services.pulling import pull_changes
from apps.sync.services.states import known_state

__all__ = ["known_state", "pull_changes"]
