"""Celery's edge of webhooks, and the hint that wakes a worker (schedule: settings.background)."""

from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from apps.resilience.services import RedisRole, redis_client
from apps.webhooks import services
from apps.webhooks.metrics import HINTS_LOST

log = structlog.get_logger("webhooks")

# A hint that no worker has taken up yet stands for all deliveries committed before it is.
_WAITING_HINT = "mainstay:webhooks:hint"
_HINT_MILLISECONDS = 5000
# For a broker that hangs; the beat looks every few seconds anyway.
_PUBLISHING_SECONDS = 0.1


@shared_task(name="webhooks.deliver_due")
def deliver_due() -> None:
    """Send what is due; if the time was not enough, ask for another run.

    With nothing due any more, recoveries take their next step.
    """
    _take_up_hint()
    if services.deliver_due() or services.advance_recoveries():
        hint()


@shared_task(name="webhooks.advance_recoveries")
def advance_recoveries() -> None:
    """Let recoveries take a step although deliveries to others are always due."""
    if services.advance_recoveries():
        hint()


@shared_task(name="webhooks.examine")
def examine() -> None:
    """Let the doctor examine the receivers that wait for it."""
    services.examine_waiting()


@shared_task(name="webhooks.maintain")
def maintain() -> None:
    """Keep partitions and retention."""
    services.maintain()


@shared_task(name="webhooks.look_after_endpoints")
def look_after_endpoints() -> None:
    """Warn of endpoints that fail, disable those that do for days, and mail their owners."""
    services.look_after_endpoints()


def hint() -> None:
    """Ask a worker to look for due deliveries; takes at most 0.3 s, and may be lost.

    While an earlier hint waits in the queue, none is sent.
    """
    try:
        if redis_client(RedisRole.FAST).set(_WAITING_HINT, 1, nx=True, px=_HINT_MILLISECONDS):
            _publish()
    except (RedisError, OperationalError, OSError) as error:
        HINTS_LOST.inc()
        log.warning("hint.lost", error=type(error).__name__)


def _publish() -> None:
    app = deliver_due.app
    seconds = _PUBLISHING_SECONDS * settings.REDIS_PATIENCE
    waits = {"socket_timeout": seconds, "socket_connect_timeout": seconds, "max_retries": 0}
    with app.connection_for_write(
        settings.CELERY_BROKER_URL, transport_options=waits
    ) as connection:
        sending: dict[str, Any] = {"connection": connection, "retry": False}
        deliver_due.apply_async(**sending)


def _take_up_hint() -> None:
    """Let the next hint through: it may tell of deliveries this run does not see."""
    try:
        redis_client(RedisRole.FAST).delete(_WAITING_HINT)
    except RedisError as error:
        log.warning("hint.kept", error=type(error).__name__)
