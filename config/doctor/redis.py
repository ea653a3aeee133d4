"""Whether Redis is new enough, keeps what it is given, and shares our time."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.exceptions import ResponseError

from apps.kernel.doctor.clocks import clock_finding
from apps.kernel.ports import Finding
from apps.resilience.services import RedisRole, redis_client

LEAST_VERSION = (6, 2)


@dataclass(frozen=True)
class RedisExamination:
    """Redis as Mainstay reaches it."""

    name: str = "redis"
    cure: str = "Check REDIS_URL, and that the server runs and lets this machine in."

    def examine(self) -> Iterator[Finding]:
        """Return what was seen; raises where the server cannot be reached."""
        redis = redis_client(RedisRole.ADMIN)
        facts: dict[str, Any] = redis.info()
        yield version_finding(str(facts["redis_version"]))
        yield eviction_finding(str(facts["maxmemory_policy"]))
        yield persistence_finding(appends=bool(facts["aof_enabled"]), saves=_saves(redis))
        before = time.time()
        seconds, microseconds = redis.time()
        theirs = seconds + microseconds / 1_000_000
        yield clock_finding("Redis's", theirs=theirs, before=before, after=time.time())


def version_finding(version: str) -> Finding:
    """Judge the server's version."""
    numbers = tuple(int(part) for part in version.split(".")[:2])
    cure = "" if numbers >= LEAST_VERSION else "Use Redis 6.2 or newer, or Valkey."
    return Finding(f"Redis {version}", cure)


def eviction_finding(policy: str) -> Finding:
    """Judge what happens when memory is full: revocations and tasks must not be dropped."""
    cure = "" if policy == "noeviction" else "Set `maxmemory-policy noeviction`."
    return Finding(f"maxmemory-policy {policy}", cure)


def persistence_finding(*, appends: bool, saves: bool) -> Finding:
    """Judge whether a restart of Redis forgets everything."""
    if appends or saves:
        return Finding(f"data is kept by {'an append-only file' if appends else 'snapshots'}")
    return Finding(
        "data is lost when Redis restarts",
        "Set `appendonly yes`: revoked sessions and queued work are hints worth keeping.",
    )


def _saves(redis: Redis) -> bool:
    """Whether snapshots are on; hosted services that hide their settings keep them."""
    try:
        return bool(redis.config_get("save").get("save"))
    except ResponseError:
        return True
