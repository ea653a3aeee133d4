"""Celery's edge of accounts (schedule: settings.background)."""

from celery import shared_task

from apps.accounts import services


@shared_task(name="accounts.purge_expired")
def purge_expired() -> None:
    """Delete what ended or expired long ago."""
    services.purge_expired()
