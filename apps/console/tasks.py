"""Celery's edge of the console (schedule: settings.background)."""

from celery import shared_task

from apps.console import services


@shared_task(name="console.take_samples")
def take_samples() -> None:
    """Write the samples of this quarter of a minute."""
    services.take_samples()


@shared_task(name="console.maintain")
def maintain() -> None:
    """Keep partitions and retention."""
    services.maintain()
