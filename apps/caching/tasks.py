"""Celery's edge of caching (schedule: settings.background)."""

from celery import shared_task

from apps.caching import services


@shared_task(name="caching.maintain")
def maintain() -> None:
    """Delete invalidations that can meet no entry any more."""
    services.prune()
