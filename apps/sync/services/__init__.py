"""The writing door of sync: devices made known, their pulls and pushes, conflicts decided."""

from apps.sync.services.conflicts import resolve_conflict
from apps.sync.services.pulling import pull_changes
from apps.sync.services.pushing import push_changes
from apps.sync.services.restamping import restamp
from apps.sync.services.retention import purge
from apps.sync.services.retrying import retry_due
from apps.sync.services.states import known_state
from apps.sync.services.telling import tell_changed

__all__ = [
    "known_state",
    "pull_changes",
    "purge",
    "push_changes",
    "resolve_conflict",
    "restamp",
    "retry_due",
    "tell_changed",
]
