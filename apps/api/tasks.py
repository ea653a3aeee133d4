"""Celery's edge of the API words (schedule: settings.background)."""

from celery import shared_task

from apps.api import kept_answers


@shared_task(name="api.purge_kept_answers")
def purge_kept_answers() -> None:
    """Delete answers that have been kept for long enough."""
    kept_answers.purge()
