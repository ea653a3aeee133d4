"""Celery's edge of notifications, and the hint that wakes a worker (schedule: settings)."""

from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from apps.notifications import services
from apps.notifications.metrics import HINTS_LOST
from apps.resilience.services import RedisRole, redis_client

log = structlog.get_logger("notifications")

# A hint that no worker has taken up yet stands for all that was committed before it is.
_WAITING_HINT = "mainstay:notifications:hint"
_HINT_MILLISECONDS = 5000
# For a broker that hangs; the beat looks every few seconds anyway.
_PUBLISHING_SECONDS = 0.1


@shared_task(name="notifications.work")
def work() -> None:
    """Take a step of all that is due: recipients, what was held back, deliveries.

    If the time was not enough for all, ask for another run.
    """
    _take_up_hint()
    # Each takes its turn, however much the others have to do.
    turns = (services.expand_due(), services.release_due(), services.deliver_due())
    if any(turns):
        hint()


@shared_task(name="notifications.maintain")
def maintain() -> None:
    """Keep partitions and retention, and retire devices not heard of for long."""
    services.maintain()


def hint() -> None:
    """Ask a worker to look for what is due; takes at most 0.3 s, and may be lost.

    While an earlier hint waits in the queue, none is sent.
    """
    try:
        if redis_client(RedisRole.FAST).set(_WAITING_HINT, 1, nx=True, px=_HINT_MILLISECONDS):
            _publish()
    except (RedisError, OperationalError, OSError) as error:
        HINTS_LOST.inc()
        log.warning("hint.lost", error=type(error).__name__)


def _publish() -> None:
    app = work.app
    seconds = _PUBLISHING_SECONDS * settings.REDIS_PATIENCE
    waits = {"socket_timeout": seconds, "socket_connect_timeout": seconds, "max_retries": 0}
    with app.connection_for_write(
        settings.CELERY_BROKER_URL, transport_options=waits
    ) as connection:
        sending: dict[str, Any] = {"connection": connection, "retry": False}
        work.apply_async(**sending)


def _take_up_hint() -> None:
    """Let the next hint through: it may tell of what this run does not see."""
    try:
        redis_client(RedisRole.FAST).delete(_WAITING_HINT)
    except RedisError as error:
        log.warning("hint.kept", error=type(error).__name__)
