"""Tasks that end in every way a task can end, for a real worker to run."""

from typing import Any

import structlog
from celery import Task, shared_task
from django.db import connection

log = structlog.get_logger("sample")


@shared_task(name="sample.work")
def work(*, statements: int, goes_on: bool = False) -> None:
    """Ask the database, log, and perhaps send another task."""
    with connection.cursor() as cursor:
        for _ in range(statements):
            cursor.execute("SELECT 1")
    log.info("sample.worked")
    if goes_on:
        work.delay(statements=0)


@shared_task(name="sample.fail")
def fail() -> None:
    """Fail, saying a secret."""
    raise ValueError("password=hunter2")


@shared_task(name="sample.retry", bind=True, max_retries=1)
def retry(self: "Task[Any, Any]") -> None:
    """Fail once, and succeed at the second try."""
    if self.request.retries == 0:
        raise self.retry(countdown=0)
