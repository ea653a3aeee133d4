"""Celery: Redis is only the hint, every task is idempotent and re-driven from PostgreSQL."""

from config.settings.environment import ENV

CELERY_BROKER_URL = ENV.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task, or it would run twice at once.
    "visibility_timeout": 600,
    "socket_connect_timeout": ENV.redis_patience,
    "socket_keepalive": True,
    "health_check_interval": 10,
}
CELERY_TIMEZONE = "UTC"

# Safety nets, not the way work is found: hints come first.
CELERY_BEAT_SCHEDULE = {
    "accounts.purge_expired": {
        "task": "accounts.purge_expired",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    "api.purge_kept_answers": {
        "task": "api.purge_kept_answers",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    "webhooks.deliver_due": {
        "task": "webhooks.deliver_due",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "console.take_samples": {
        "task": "console.take_samples",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    "console.maintain": {
        "task": "console.maintain",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    "webhooks.look_after_endpoints": {
        "task": "webhooks.look_after_endpoints",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "webhooks.advance_recoveries": {
        "task": "webhooks.advance_recoveries",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "webhooks.examine": {
        "task": "webhooks.examine",
        "schedule": 2.0,
        "options": {"expires": 2.0},
    },
    "webhooks.maintain": {
        "task": "webhooks.maintain",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
}
