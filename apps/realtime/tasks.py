"""Celery's edge of realtime (schedule: settings.background)."""

from celery import shared_task

from apps.realtime import services


@shared_task(name="realtime.maintain")
def maintain() -> None:
    """Keep partitions and retention."""
    services.maintain()
