"""Making stale entries anew behind the back of those who were served them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import structlog
from django.db import connection

from apps.kernel import context

log = structlog.get_logger("caching")

_THREADS = 2
# More would be stale again before they are made; those left out are asked for again.
_MOST_WAITING = 100
_waiting: set[str] = set()
_lock = threading.Lock()


def refresh_soon(address: str, make: Callable[[], object]) -> None:
    """Call ``make`` in a thread, unless that is about to happen or too much is."""
    with _lock:
        if address in _waiting or len(_waiting) >= _MOST_WAITING:
            return
        _waiting.add(address)
    work = context.current().child()
    _threads().submit(_refresh, address, make, work)


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="caching")


def _refresh(address: str, make: Callable[[], object], work: context.Context) -> None:
    try:
        with context.bound(work):
            make()
    except Exception:
        log.warning("refresh.failed", exc_info=True)
    finally:
        # No request ends here that would give it back.
        connection.close()
        with _lock:
            _waiting.discard(address)
