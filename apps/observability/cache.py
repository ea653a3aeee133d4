"""Django's cache on Redis: counted for the current request, and never in its way.

To its callers a Redis that does not answer is a miss; it is counted as neither hit nor miss, as
Redis never said so. It is then left alone for a moment, so that a request waits for it once and
not with every key.
"""

from collections.abc import Iterable
from time import monotonic, perf_counter
from typing import Any, cast

import structlog
from django_redis.cache import RedisCache
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as TimedOut
from typing_extensions import override

from apps.observability import measures

log = structlog.get_logger("observability")

_REST_SECONDS = 1.0
_ABSENT = object()
_UNANSWERED = object()
# When each server may be asked again; shared by the cache objects of all threads.
_resting_until: dict[str, float] = {}


def forget_rests() -> None:
    """Forget which servers did not answer, as a process that has just started."""
    _resting_until.clear()


class ObservedRedisCache(RedisCache):  # type: ignore[misc]  # django_redis has no types
    """A Redis cache that counts what the current request asks of it, and outlives its Redis."""

    @override
    def get(
        self, key: Any, default: Any = None, version: int | None = None, client: Any = None
    ) -> Any:
        """Return what is cached, or the default; a Redis that fails is a miss."""
        answer = self._ask("get", _UNANSWERED, key, default=_ABSENT, version=version, client=client)
        if answer is _UNANSWERED:
            return default
        is_hit = answer is not _ABSENT
        _count(hits=is_hit, misses=not is_hit)
        return answer if is_hit else default

    @override
    def get_many(self, keys: Iterable[Any], *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """Return what is cached of these keys."""
        asked = list(keys)
        answer = self._ask("get_many", _UNANSWERED, asked, *args, **kwargs)
        if answer is _UNANSWERED:
            return {}
        found = cast("dict[Any, Any]", answer)
        _count(hits=len(found), misses=len(asked) - len(found))
        return found

    @override
    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        """Say whether a key is cached."""
        answer = self._ask("has_key", _UNANSWERED, *args, **kwargs)
        if answer is _UNANSWERED:
            return False
        is_hit = bool(answer)
        _count(hits=is_hit, misses=not is_hit)
        return is_hit

    @override
    def set(self, *args: Any, **kwargs: Any) -> Any:
        """Cache a value; None where Redis failed."""
        return self._ask("set", None, *args, **kwargs)

    @override
    def add(self, *args: Any, **kwargs: Any) -> Any:
        """Cache a value unless the key is taken; None, which is no success, where Redis failed."""
        return self._ask("add", None, *args, **kwargs)

    @override
    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        """Cache several values."""
        return self._ask("set_many", None, *args, **kwargs)

    @override
    def touch(self, *args: Any, **kwargs: Any) -> Any:
        """Renew the lifetime of a key."""
        return self._ask("touch", False, *args, **kwargs)

    @override
    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Forget a key."""
        return bool(self._ask("delete", False, *args, **kwargs))

    @override
    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        """Forget several keys."""
        return self._ask("delete_many", None, *args, **kwargs)

    @override
    def incr(self, *args: Any, **kwargs: Any) -> Any:
        """Count up; None where Redis failed."""
        return self._ask("incr", None, *args, **kwargs)

    @override
    def decr(self, *args: Any, **kwargs: Any) -> Any:
        """Count down; None where Redis failed."""
        return self._ask("decr", None, *args, **kwargs)

    def _ask(self, operation: str, absent: Any, *args: Any, **kwargs: Any) -> Any:
        """Ask Redis, counting the time; return ``absent`` where it fails or is resting."""
        started = perf_counter()
        if monotonic() < _resting_until.get(self._server, 0.0):
            return absent
        try:
            return getattr(self.client, operation)(*args, **kwargs)
        except (ConnectionInterrupted, RedisError) as failure:
            self._note(operation, failure)
            return absent
        finally:
            current = measures.current()
            if current is not None:
                current.cache_seconds += perf_counter() - started

    def _note(self, operation: str, failure: Exception) -> None:
        cause = failure.__cause__ or failure
        if isinstance(cause, (NotConnected, TimedOut)):
            _resting_until[self._server] = monotonic() + _REST_SECONDS
        log.warning("cache.failed", operation=operation, reason=type(cause).__name__)


def _count(*, hits: int, misses: int) -> None:
    current = measures.current()
    if current is not None:
        current.cache_hits += hits
        current.cache_misses += misses
