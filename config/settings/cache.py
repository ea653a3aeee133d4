"""Redis as Django's cache; what is cached can always be rebuilt."""

from config.settings.environment import ENV

CACHES = {
    "default": {
        "BACKEND": "apps.observability.cache.ObservedRedisCache",
        "LOCATION": ENV.redis_url,
        "KEY_PREFIX": "mainstay",
        "OPTIONS": {
            # Its waits: a dead Redis costs a request at most 0.3 s (REDIS_PATIENCE), and no error.
            "CONNECTION_FACTORY": "apps.resilience.redis.CacheConnections",
            "IGNORE_EXCEPTIONS": True,
        },
    },
}
