"""allauth's counters of attempts: in Redis, and in this process's memory while Redis is away.

allauth takes a lock in the cache that it cannot get from a Redis that is down, waits for it and
then refuses: nobody could sign in. Counting per process for that while is less strict, and lets
people in.
"""

import threading
from typing import Any

import structlog
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache

_log = structlog.get_logger("accounts")


class AttemptCounters:
    """The part of Django's cache that allauth's limits use: lock, read, write, unlock."""

    def __init__(self) -> None:
        self._local = LocMemCache("accounts-attempts", {"OPTIONS": {"MAX_ENTRIES": 10_000}})
        self._thread = threading.local()

    def add(self, key: str, value: Any, timeout: float) -> bool:
        """Take a lock; where Redis does not answer, everything up to `delete` is local."""
        is_taken = cache.add(key, value, timeout=timeout)
        self._thread.is_alone = is_taken is None
        if is_taken is None:
            _log.warning("limits.local")
            return self._local.add(key, value, timeout=timeout)
        return bool(is_taken)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the attempts counted so far."""
        return self._store.get(key, default)

    def set(self, key: str, value: Any, timeout: float) -> None:
        """Keep the attempts counted so far."""
        self._store.set(key, value, timeout)

    def delete(self, key: str) -> None:
        """Give a lock back, or forget what was counted."""
        self._store.delete(key)

    @property
    def _store(self) -> Any:
        return self._local if getattr(self._thread, "is_alone", False) else cache
