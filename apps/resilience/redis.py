"""The one factory of Redis clients: each role with its own pool, waits, breaker and no retries.

redis-py retries up to ten times or not at all, depending on the constructor (R6 section 0.3). Here
no command is ever repeated: one whose answer was lost may have been carried out, and an INCR
would count twice.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from django_redis.pool import ConnectionFactory
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry
from typing_extensions import override

from apps.resilience.redis_pool import GuardedPool


class RedisRole(StrEnum):
    """What a client is for; it decides how long its caller may be kept waiting."""

    # Within a request: cache and limits. At most 0.3 s in all, and a fallback in memory.
    FAST = "fast"
    # Within a request, and failing closed: locks, nonces, idempotency keys.
    ONCE = "once"
    # Listening: subscriptions and blocking reads, silent for as long as nothing happens.
    IDLE = "idle"
    # Looking at Celery's queues; Celery's own connections are kombu's.
    BROKER = "broker"
    # Operators' commands.
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class _Waits:
    """How long each step may take, in seconds; None for as long as it takes.

    ``settings.REDIS_PATIENCE`` says how many times longer it may take here.
    """

    connection: float
    reply: float | None
    free_connection: float
    most_connections: int
    # A connection idle for longer is asked for a sign of life before it is used.
    idle: int = 30


_WAITS = {
    RedisRole.FAST: _Waits(connection=0.1, reply=0.15, free_connection=0.05, most_connections=50),
    RedisRole.ONCE: _Waits(connection=0.5, reply=0.5, free_connection=0.1, most_connections=50),
    RedisRole.IDLE: _Waits(connection=1.0, reply=None, free_connection=1.0, most_connections=20),
    RedisRole.BROKER: _Waits(connection=1.0, reply=5.0, free_connection=1.0, most_connections=5),
    RedisRole.ADMIN: _Waits(connection=5.0, reply=5.0, free_connection=5.0, most_connections=5),
}


def redis_client(role: RedisRole) -> redis.Redis:
    """Return the client of a role: one per process, for all threads, good after a fork."""
    return _client(role, settings.REDIS_URL, settings.REDIS_PATIENCE)


def asyncio_redis_client(role: RedisRole) -> redis.asyncio.Redis:
    """Return a new client for the running event loop; the caller closes it.

    It has no breaker: probes use it, and are to see what is so.
    """
    patience = settings.REDIS_PATIENCE
    pool: Any = redis.asyncio.BlockingConnectionPool.from_url(
        settings.REDIS_URL,
        timeout=_WAITS[role].free_connection * patience,
        retry=AsyncRetry(NoBackoff(), 0),
        **_options(role, patience),
    )
    return redis.asyncio.Redis.from_pool(pool)


def forget_failures() -> None:
    """Let clients of every role ask at once, however Redis fared, as in a process just started."""
    for role in RedisRole:
        _pool(role, settings.REDIS_URL, settings.REDIS_PATIENCE).breaker.succeeded()


class CacheConnections(ConnectionFactory):  # type: ignore[misc]  # django_redis has no types
    """Gives Django's cache the pool of the role "fast"; named in the settings."""

    @override
    def get_or_create_connection_pool(self, params: dict[str, Any]) -> Any:
        return _pool(RedisRole.FAST, params["url"], settings.REDIS_PATIENCE)


@lru_cache(maxsize=64)
def _client(role: RedisRole, url: str, patience: int) -> redis.Redis:
    return redis.Redis(connection_pool=_pool(role, url, patience))


@lru_cache(maxsize=64)
def _pool(role: RedisRole, url: str, patience: int) -> GuardedPool:
    return GuardedPool.from_url(
        url,
        timeout=_WAITS[role].free_connection * patience,
        retry=Retry(NoBackoff(), 0),
        **_options(role, patience),
    )


def _options(role: RedisRole, patience: int) -> dict[str, Any]:
    waits = _WAITS[role]
    return {
        "socket_connect_timeout": waits.connection * patience,
        "socket_timeout": None if waits.reply is None else waits.reply * patience,
        "socket_keepalive": True,
        "max_connections": waits.most_connections,
        "health_check_interval": waits.idle,
        "client_name": f"mainstay-{role}",
        # Each question asked while connecting is one more wait, so no more than the name is told.
        "protocol": 2,
        "driver_info": None,
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
    }
