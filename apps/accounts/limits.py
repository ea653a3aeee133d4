"""How often one may try: counted in Redis, and in this process's memory while Redis is away.

allauth takes a lock in the cache that it cannot get from a Redis that is down, waits for it and
then refuses: nobody could sign in. Counting per process for that while is less strict, and lets
people in.
"""

import threading
import time
from contextlib import suppress
from typing import Any

import structlog
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest

from apps.accounts.errors import TooManyAttempts

_log = structlog.get_logger("accounts")

_here = LocMemCache("accounts-attempts", {"OPTIONS": {"MAX_ENTRIES": 10_000}})
# Where it is not known when an attempt falls out of the window.
_WAIT_SECONDS = 60


class AttemptCounters:
    """The part of Django's cache that allauth's limits use: lock, read, write, unlock."""

    def __init__(self) -> None:
        self._local = _here
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


def forget_attempts_here() -> None:
    """Forget what this process counted, as one that has just started."""
    _here.clear()


def too_many(wait_seconds: int = _WAIT_SECONDS) -> TooManyAttempts:
    """Return the refusal of an attempt that is one too many."""
    return TooManyAttempts(
        f"Try again in {wait_seconds} seconds.", headers={"Retry-After": str(wait_seconds)}
    )


class Attempts:
    """Attempts at one thing, counted before they are made, so that no two count as one.

    A window opens with its first attempt. Each is counted in this process and in Redis, and both
    must let it pass: when Redis is slow or away, what it missed was counted here.
    """

    def __init__(
        self, request: HttpRequest, *, action: str, key: str, is_alone: bool = False
    ) -> None:
        """Count by the key, and by the client's network unless the key alone is to count."""
        rates = ratelimit.get_rates(app="allauth.account", action=action)
        self._windows = {
            "count:"
            + ratelimit.get_cache_key(
                request, app="allauth.account", action=action, rate=rate, key=key
            ): rate
            for rate in rates
            if rate.per == "key" or not is_alone
        }

    def take(self) -> None:
        """Count one more; raises TooManyAttempts if that is more than may be made."""
        for name, rate in self._windows.items():
            # One after the other: what is refused here must not use up a place there.
            for store in (_here, cache):
                if (_counted(store, name, int(rate.duration)) or 0) > rate.amount:
                    raise too_many(_seconds_left(name))

    def give_back(self) -> None:
        """Uncount one that was not wrong."""
        for name in self._windows:
            for store in (_here, cache):
                with suppress(ValueError):
                    store.decr(name)

    def forget(self) -> None:
        """Begin anew, for an account whose owner has shown who they are."""
        for name in self._windows:
            _here.delete(name)
            cache.delete(name)


def _counted(store: BaseCache, name: str, seconds: int) -> int | None:
    """Return the new count; None if the store is away, or has just dropped the window."""
    if store.add(name, 0, timeout=seconds):
        store.set(f"{name}:closes", time.time() + seconds, timeout=seconds)
    try:
        return store.incr(name)
    except ValueError:
        return None


def _seconds_left(name: str) -> int:
    """Return when the window closes, as far as this process or Redis remembers."""
    closes = _here.get(f"{name}:closes") or cache.get(f"{name}:closes")
    return max(1, round(closes - time.time())) if closes else _WAIT_SECONDS
