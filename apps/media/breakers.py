"""The breakers of remote sources: one for each listed origin, in each process."""

import threading
from collections.abc import Mapping

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


def forget_here() -> None:
    """Know of no failures, as a process that has just started."""
    with _lock:
        _breakers.clear()
