"""Celery's edge of webhooks, and the hint that wakes a worker (schedule: settings.background)."""

from typing import Any

import structlog
from celery import shared_task
from django.core.cache import cache
from kombu.exceptions import OperationalError

from apps.webhooks import metrics, selectors, services

log = structlog.get_logger("webhooks")

# A hint that no worker has taken up yet stands for all deliveries committed before it is.
_HINT = "webhooks:hint"
_HINT_SECONDS = 5
# For a broker that hangs; the beat looks every few seconds anyway.
_PUBLISH_OPTIONS = {"socket_timeout": 0.1, "socket_connect_timeout": 0.1, "max_retries": 0}


@shared_task(name="webhooks.deliver_due")
def deliver_due() -> None:
    """Send what is due; if the time was not enough, ask for another run."""
    cache.delete(_HINT)
    if services.deliver_due():
        hint()


@shared_task(name="webhooks.maintain")
def maintain() -> None:
    """Keep partitions and retention."""
    services.maintain()


@shared_task(name="webhooks.measure_backlog")
def measure_backlog() -> None:
    """Tell the metrics how much is waiting."""
    metrics.tell_backlog(selectors.backlog())


def hint() -> None:
    """Ask a worker to look for due deliveries; takes at most 0.3 s, and may be lost.

    While Redis is dead, or an earlier hint still waits in the queue, none is sent.
    """
    if not cache.add(_HINT, 1, timeout=_HINT_SECONDS):
        return
    options = {**deliver_due.app.conf.broker_transport_options, **_PUBLISH_OPTIONS}
    try:
        with deliver_due.app.connection_for_write(transport_options=options) as connection:
            sending: dict[str, Any] = {"connection": connection, "retry": False}
            deliver_due.apply_async(**sending)
    except (OperationalError, OSError) as error:
        log.warning("hint.lost", error=str(error))
