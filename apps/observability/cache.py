"""Django's cache on Redis, with its hits, misses and time counted for the current request."""

from django_redis.cache import RedisCache


class ObservedRedisCache(RedisCache):  # type: ignore[misc]  # django_redis has no types
    """A Redis cache that counts what the current request asks of it."""
