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
    # Queues are emptied in the order in which a worker names them.
    "queue_order_strategy": "priority",
    # Longer than the longest task, or it would run twice at once.
    "visibility_timeout": 600,
    "socket_connect_timeout": ENV.redis_patience,
    "socket_keepalive": True,
    "health_check_interval": 10,
}
CELERY_TIMEZONE = "UTC"
# A worker empties `interactive` before it looks into `bulk`.
CELERY_TASK_ROUTES = {
    "files.check_due": {"queue": "interactive"},
    "files.make_interactive_renditions": {"queue": "interactive"},
    "files.make_bulk_renditions": {"queue": "bulk"},
    "files.rescan_due": {"queue": "bulk"},
    "files.sweep": {"queue": "bulk"},
}

# Safety nets, not the way work is found: hints come first. By task, in seconds; one that no worker
# has taken up when the next is due is dropped.
_EVERY_SECONDS = {
    "accounts.purge_expired": 3600.0,
    "api.purge_kept_answers": 3600.0,
    "caching.maintain": 3600.0,
    "cdn.maintain": 3600.0,
    "cdn.send_due": 5.0,
    "console.maintain": 3600.0,
    "console.take_samples": 15.0,
    "files.check_due": 5.0,
    "files.collect": 30.0,
    "files.make_bulk_renditions": 15.0,
    "files.make_interactive_renditions": 2.0,
    "files.rescan_due": 60.0,
    "files.sweep": 3600.0,
    "notifications.maintain": 3600.0,
    "notifications.work": 2.0,
    "realtime.maintain": 3600.0,
    "sync.purge": 3600.0,
    "sync.retry_due": 5.0,
    "webhooks.advance_recoveries": 5.0,
    "webhooks.deliver_due": 5.0,
    "webhooks.examine": 2.0,
    "webhooks.look_after_endpoints": 60.0,
    "webhooks.maintain": 3600.0,
}
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for task, seconds in _EVERY_SECONDS.items()
}
