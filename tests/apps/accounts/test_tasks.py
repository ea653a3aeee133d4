"""The work of accounts that nobody waits for."""

from django.conf import settings

from apps.accounts import tasks


def test_purging_stands_in_the_schedule() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert tasks.purge_expired.name in scheduled


def test_purging_of_nothing_is_no_error(db: None) -> None:
    tasks.purge_expired()
