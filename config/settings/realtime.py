"""Realtime: the process that holds sockets, its limits, and Django Channels' layer beneath it."""

from config.settings.environment import ENV, IS_HOSTED

REALTIME_URL = ENV.realtime_url or ENV.base_url
REALTIME_RETENTION_DAYS = min(ENV.realtime_retention_days, ENV.event_retention_days)

# Pages of other sites may not open connections; a client that is no page names no origin.
REALTIME_ALLOWED_ORIGINS = (ENV.base_url, *ENV.realtime_allowed_origins)
REALTIME_ALLOWS_LOCAL_ORIGINS = not IS_HOSTED

# What one connection may ask for.
REALTIME_FRAME_BYTES = 64 * 1024
REALTIME_MESSAGE_BYTES = 16 * 1024
REALTIME_COMMANDS_PER_SECOND = 50
REALTIME_COMMANDS_AT_ONCE = 200
REALTIME_CHANNELS_PER_CONNECTION = 128
REALTIME_CONNECTIONS_PER_USER = 50
REALTIME_CONNECTIONS_PER_NODE = 20_000
# What waits for a reader that is slower than its channels; more closes it, and it recovers.
REALTIME_QUEUED_MESSAGES = 256
REALTIME_QUEUED_BYTES = 1024 * 1024

# Phones' networks forget silent connections after half a minute or more.
REALTIME_PING_SECONDS = 25
REALTIME_PONG_SECONDS = 10
REALTIME_CONNECT_SECONDS = 10
# For a refresh that is on its way when the token expires.
REALTIME_EXPIRY_GRACE_SECONDS = 25
# After a crash; a node renews what it holds with each pong.
REALTIME_PRESENCE_SECONDS = 60
# A phone that changes networks is back by then, and was never offline.
REALTIME_OFFLINE_AFTER_SECONDS = 12
# Members of larger rooms are not told of each that comes and goes.
REALTIME_JOINS_TOLD_UP_TO = 200
# How often a node asks PostgreSQL what Redis may have kept from it: while it answers, and not.
REALTIME_CHECK_SECONDS = 5.0
REALTIME_POLL_SECONDS = 1.0
# How often a node asks again whether who is connected may still be.
REALTIME_VERIFY_SECONDS = 10.0
# How often it tells of the connections that stay open, for people who ask what those were sent.
REALTIME_TOLD_AGAIN_SECONDS = 300.0
# A stopping node sends its clients away within this time, each at a moment of its own.
REALTIME_DRAIN_SECONDS = 5.0 if IS_HOSTED else 1.0
REALTIME_DATABASE_THREADS = 4

ASGI_APPLICATION = "config.asgi.application"
CHANNEL_LAYERS = {
    "default": {
        # Its other layer keeps messages in lists, which nobody empties for a node that died.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [
                {
                    "address": ENV.redis_url,
                    # Of a listener, which waits for as long as nothing happens.
                    "socket_timeout": None,
                    "socket_connect_timeout": 1.0,
                    "socket_keepalive": True,
                }
            ],
            "prefix": "mainstay:orders",
        },
    }
}
