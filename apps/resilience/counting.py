"""Counts per window of time, in one round trip to Redis; in this process while Redis is away.

Every thread keeps a connection of its own: through a client and its pool a command costs eight
times as much, and this one is part of every request.
"""

import os
import threading
import time
from collections import OrderedDict
from hashlib import sha1

import structlog
from django.conf import settings
from redis.connection import AbstractConnection
from redis.exceptions import NoScriptError, RedisError

from apps.observability.services import record_cache_wait
from apps.resilience.redis import RedisRole, redis_client

log = structlog.get_logger("resilience")

_SCRIPT = b"""\
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count
"""
_SHA = sha1(_SCRIPT, usedforsecurity=False).hexdigest().encode()
_REST_SECONDS = 1.0
_MOST_WINDOWS = 10_000
# When each Redis may be asked again; shared by all threads.
_resting_until: dict[str, float] = {}


def count_in_window(key: str, *, seconds: int) -> int:
    """Count up what the key names, and return how often that was done in this window.

    The key names the window too; its count is forgotten after so many seconds. A Redis that does
    not answer costs one caller at most 0.3 s and is then left alone for a second, while every
    process counts for itself.
    """
    began = time.perf_counter()
    count = _line.count(key, seconds)
    record_cache_wait(time.perf_counter() - began)
    return _here.count(key) if count is None else count


def forget_counts_here() -> None:
    """Forget what this process counted, and how Redis fared, as one that has just started."""
    _resting_until.clear()
    _here.forget()


class _Line(threading.local):
    """A thread's connection to Redis."""

    def __init__(self) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """Connect anew at the next use."""
        self._connection: AbstractConnection | None = None
        self._url = ""

    def count(self, key: str, seconds: int) -> int | None:
        """Return the count in Redis; None where it is resting or does not answer."""
        url = settings.REDIS_URL
        if time.monotonic() < _resting_until.get(url, 0.0):
            return None
        try:
            return self._count(url, b"mainstay:" + key.encode(), b"%d" % seconds)
        except (RedisError, OSError) as failure:
            _resting_until[url] = time.monotonic() + _REST_SECONDS
            self.hang_up()
            log.warning("limits.counted_here", reason=type(failure).__name__)
            return None

    def _count(self, url: str, key: bytes, seconds: bytes) -> int:
        connection = self._connection
        if connection is None or url != self._url:
            connection = self._connection = _connection()
            self._url = url
        try:
            return _asked(connection, b"EVALSHA", _SHA, b"1", key, seconds)
        except NoScriptError:
            # This Redis has not seen it yet, or was restarted; nothing has been counted.
            return _asked(connection, b"EVAL", _SCRIPT, b"1", key, seconds)


def _connection() -> AbstractConnection:
    pool = redis_client(RedisRole.FAST).connection_pool
    connection: AbstractConnection = pool.connection_class(**pool.connection_kwargs)
    connection.connect()  # type: ignore[no-untyped-call]  # redis has half of its types
    return connection


def _asked(connection: AbstractConnection, *words: bytes) -> int:
    command = [b"*%d\r\n" % len(words), *(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)]
    packed = b"".join(command)
    connection.send_packed_command([packed])  # type: ignore[no-untyped-call]  # as above
    return int(connection.read_response())


class _Windows:
    """The counts of this process: the latest ones, so that no flood of keys fills its memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: OrderedDict[str, int] = OrderedDict()

    def forget(self) -> None:
        with self._lock:
            self._counts.clear()

    def count(self, key: str) -> int:
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + 1
            self._counts.move_to_end(key)
            while len(self._counts) > _MOST_WINDOWS:
                self._counts.popitem(last=False)
            return self._counts[key]


_line = _Line()
_here = _Windows()
# A connection shared with the parent process would mix up the answers of both.
os.register_at_fork(after_in_child=_line.hang_up)
