"""Redis: small entries, shared by all hosts, up to so many bytes by an account of its own.

The server also carries Celery's queues, so it must never evict by itself (``noeviction``), and this
layer keeps to its share: an index of what is kept, by the moment it dies, and of how large each is.
What dies soonest goes first. Commands of Redis 6.2 (SET PXAT); one tag, so one slot of a cluster.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any, TypeVar

import structlog
from redis.exceptions import RedisError

from apps.caching import metrics
from apps.caching.entries import CorruptEntry, Entry, packed, unpacked
from apps.caching.types import LayerName, LayerState
from apps.kernel import clock
from apps.observability.services import record_cache_wait
from apps.resilience.services import Breaker, RedisRole, redis_client

log = structlog.get_logger("caching")

LARGEST_BYTES = 64 * 1024
_PREFIX = "mainstay:{caching}:"
_INDEX, _SIZES, _TOTAL = (f"{_PREFIX}{part}" for part in ("index", "sizes", "total"))
_REST_SECONDS = 1.0
_CLEARED_AT_ONCE = 500

# Keys: index, sizes, total. Arguments of both: prefix of entries.
_DROP = """
local function drop(place)
  redis.call('DEL', ARGV[1] .. place)
  redis.call('ZREM', KEYS[1], place)
  local size = redis.call('HGET', KEYS[2], place)
  if size then
    redis.call('HDEL', KEYS[2], place)
    redis.call('DECRBY', KEYS[3], size)
  end
end
"""
# Then: place, bytes, milliseconds it dies at, limit, present. Returns how many were evicted.
_PUT = (
    _DROP
    + """
drop(ARGV[2])
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], 0, ARGV[6], 'LIMIT', 0, 20)) do
  drop(dead)
end
redis.call('SET', ARGV[1] .. ARGV[2], ARGV[3], 'PXAT', ARGV[4])
redis.call('ZADD', KEYS[1], ARGV[4], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[2], #ARGV[3])
local total, evicted = redis.call('INCRBY', KEYS[3], #ARGV[3]), 0
while total > tonumber(ARGV[5]) do
  local first = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
  if not first then break end
  drop(first)
  total, evicted = tonumber(redis.call('GET', KEYS[3])), evicted + 1
end
return evicted
"""
)
# Then: places.
_DELETE = _DROP + "for i = 2, #ARGV do drop(ARGV[i]) end"

T = TypeVar("T")
A = TypeVar("A")


class Redis:
    """Entries in Redis. One failure, and it is left alone for a second: nobody waits twice."""

    name = LayerName.REDIS

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._breaker = Breaker(failures=1, rest_seconds=_REST_SECONDS)

    def get(self, namespace: str, address: str) -> Entry | None:
        """Return the entry at an address; None where there is none or Redis fails."""
        place = _place(namespace, address)
        written = self.ask(lambda: redis_client(RedisRole.FAST).get(f"{_PREFIX}{place}"), None)
        try:
            return unpacked(written) if isinstance(written, bytes) else None
        except CorruptEntry as error:
            log.warning("entry.corrupt", layer=self.name, reason=str(error))
            self.delete(namespace, address)
            return None

    def takes(self, entry: Entry) -> bool:
        """Tell whether an entry is small: large ones come faster from files."""
        return entry.size_bytes <= LARGEST_BYTES

    def put(self, address: str, entry: Entry) -> None:
        """Keep an entry; what dies soonest goes for it."""
        dies_at, present = int(entry.dead_at * 1000), int(clock.now().timestamp() * 1000)
        place = _place(entry.namespace, address)
        arguments = (place, packed(entry), dies_at, self._limit, present)
        metrics.EVICTIONS.labels(self.name).inc(self._run(_PUT, *arguments) or 0)

    def delete(self, namespace: str, address: str) -> None:
        """Let go of an entry, if it is there."""
        self._run(_DELETE, _place(namespace, address))

    def clear(self, namespace: str) -> None:
        """Let go of all entries of a namespace, as far as Redis answers."""
        places = self.ask(lambda: _places_of(namespace), ())
        for start in range(0, len(places), _CLEARED_AT_ONCE):
            self._run(_DELETE, *places[start : start + _CLEARED_AT_ONCE])

    def state(self) -> LayerState:
        """Return how full it is, over all hosts."""
        client = redis_client(RedisRole.FAST)
        entries, total = self.ask(lambda: (client.zcard(_INDEX), client.get(_TOTAL)), (0, 0))
        return LayerState(
            name=self.name,
            entries=int(entries),
            size_bytes=int(total or 0),
            limit_bytes=self._limit,
            is_resting=self._breaker.is_resting,
        )

    def ask(self, command: Callable[[], T], absent: A) -> T | A:
        """Return what Redis answers; ``absent`` where it fails, or lately did."""
        if not self._breaker.admits():
            return absent
        began = perf_counter()
        try:
            answer = command()
        except (RedisError, OSError) as error:
            self._breaker.failed()
            metrics.FAILURES.labels(self.name).inc()
            log.warning("layer.failed", layer=self.name, reason=type(error).__name__)
            return absent
        finally:
            record_cache_wait(perf_counter() - began)
        self._breaker.succeeded()
        return answer

    def _run(self, script: str, *arguments: str | bytes | int) -> Any:
        client = redis_client(RedisRole.FAST)
        return self.ask(
            lambda: client.eval(script, 3, _INDEX, _SIZES, _TOTAL, _PREFIX, *arguments), None
        )


def _places_of(namespace: str) -> list[bytes]:
    found = redis_client(RedisRole.FAST).zscan_iter(
        _INDEX, match=f"{namespace}/*", count=_CLEARED_AT_ONCE
    )
    return [place for place, _ in found]


def _place(namespace: str, address: str) -> str:
    return f"{namespace}/{address}"
