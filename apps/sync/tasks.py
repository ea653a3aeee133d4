"""Celery's edge of sync (schedule and queues: settings)."""

from celery import shared_task

from apps.sync import services


@shared_task(name="sync.tell_changed")
def tell_changed(scope: str) -> None:
    """Tell all devices of a scope to pull; a hint that comes twice, or never, does no harm."""
    services.tell_changed({scope: ""})


@shared_task(name="sync.retry_due")
def retry_due() -> None:
    """Try the queued operations again whose time has come."""
    services.retry_due()


@shared_task(name="sync.purge")
def purge() -> None:
    """Forget what is past retention."""
    services.purge()
