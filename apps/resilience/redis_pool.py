"""The connections of Redis clients, behind a breaker that all of a pool share."""

from typing import Any

import redis
from redis.connection import Connection, SSLConnection, UnixDomainSocketConnection
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as TimedOut
from typing_extensions import override

from apps.resilience.breaker import Breaker

FAILURES_IN_A_ROW = 3
REST_SECONDS = 1.0


class RedisRests(NotConnected):
    """Redis did not answer time after time and is left alone; nobody waits for it meanwhile."""


class GuardedPool(redis.BlockingConnectionPool):
    """Hands out connections while its breaker admits it; raises RedisRests else."""

    @override
    def __init__(self, **options: Any) -> None:
        self.breaker = Breaker(failures=FAILURES_IN_A_ROW, rest_seconds=REST_SECONDS)
        kind = options.pop("connection_class", Connection)
        options |= {"connection_class": _GUARDED[kind], "breaker": self.breaker}
        super().__init__(**options)  # type: ignore[no-untyped-call]  # redis-py does not say

    @override
    def get_connection(self, *args: Any, **options: Any) -> Any:
        if not self.breaker.admits():
            raise RedisRests("Redis is left alone for a moment: it did not answer several times.")
        return super().get_connection(*args, **options)  # type: ignore[no-untyped-call]  # nor here


class _Telling:
    """Tells the breaker how connecting and each command went; an error said by Redis is an answer.

    Connecting well says nothing yet: a Redis may greet everybody and answer nobody.
    """

    def __init__(self, *args: Any, breaker: Breaker, **options: Any) -> None:
        self._breaker = breaker
        self._is_connecting = False
        super().__init__(*args, **options)

    def connect(self) -> None:
        self._is_connecting = True
        try:
            super().connect()  # type: ignore[misc]  # of the connection it is mixed into
        except (OSError, RedisError):
            self._breaker.failed()
            raise
        finally:
            self._is_connecting = False

    def read_response(self, *args: Any, **options: Any) -> Any:
        if self._is_connecting:
            return super().read_response(*args, **options)  # type: ignore[misc]  # likewise
        try:
            answer = super().read_response(*args, **options)  # type: ignore[misc]  # likewise
        except (NotConnected, TimedOut):
            self._breaker.failed()
            raise
        except RedisError:
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        return answer


class _TellingConnection(_Telling, Connection):
    pass


class _TellingTlsConnection(_Telling, SSLConnection):
    pass


class _TellingSocketConnection(_Telling, UnixDomainSocketConnection):
    pass


_GUARDED: dict[type, type] = {
    Connection: _TellingConnection,
    SSLConnection: _TellingTlsConnection,
    UnixDomainSocketConnection: _TellingSocketConnection,
}
