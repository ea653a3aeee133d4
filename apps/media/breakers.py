"""The breakers of remote sources: one for each listed origin, in each process.

That one opened is told in the cache, where operators look.
"""

import threading
from collections.abc import Mapping
from datetime import timedelta

from apps.caching.services import remember
from apps.media.remembered import REFUSALS
from apps.media.types import Origin
from apps.resilience.services import Breaker

FAILURES = 8
REST_SECONDS = 30.0

_lock = threading.Lock()
_breakers: dict[Origin, Breaker] = {}


def breaker_of(origin: Origin) -> Breaker:
    """Return the breaker of a listed origin, the same one every time."""
    with _lock:
        return _breakers.setdefault(origin, Breaker(failures=FAILURES, rest_seconds=REST_SECONDS))


def resting() -> Mapping[Origin, bool]:
    """Return, for each origin that was asked, whether it is left alone now."""
    with _lock:
        return {origin: breaker.is_resting for origin, breaker in _breakers.items()}


def resting_key(origin: Origin) -> str:
    """Return under which key of the refusals it is told that an origin rests."""
    return f"origin/{origin}"


def tell_if_resting(origin: Origin) -> None:
    """Let operators know, for as long as it rests; not to be called on an event loop."""
    if breaker_of(origin).is_resting:
        rest = timedelta(seconds=REST_SECONDS)
        remember(REFUSALS, resting_key(origin), lambda: {"detail": "rests"}, ttl=rest)


def forget_here() -> None:
    """Know of no failures, as a process that has just started."""
    with _lock:
        _breakers.clear()
