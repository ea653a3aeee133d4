"""Redis as Django's cache; what is cached can always be rebuilt."""

from config.settings.environment import ENV

CACHES = {
    "default": {
        "BACKEND": "apps.observability.cache.ObservedRedisCache",
        "LOCATION": ENV.redis_url,
        "KEY_PREFIX": "mainstay",
        "OPTIONS": {
            # A dead Redis costs a request at most this, and no error (R6 section 2.26).
            "SOCKET_CONNECT_TIMEOUT": 0.1,
            "SOCKET_TIMEOUT": 0.2,
            "IGNORE_EXCEPTIONS": True,
        },
    },
}
