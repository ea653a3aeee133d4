"""Signals: uncaught exceptions, replayed answers, new database connections."""

import sys
from typing import Any

from django.core.signals import got_request_exception
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpRequest

from apps.api.ports import answer_replayed
from apps.observability.measures import watch_statements
from apps.observability.metrics import ANSWERS_REPLAYED
from apps.observability.middleware import tell_failure


@receiver(got_request_exception)
def on_request_exception_tell(request: HttpRequest | None = None, **_: Any) -> None:
    """Log the exception that Django is about to turn into an answer of 500."""
    exception = sys.exc_info()[1]
    if exception is not None and request is not None:
        tell_failure(request, exception)


@receiver(answer_replayed)
def on_answer_replayed_count(**_: Any) -> None:
    """Count answers to repeated writes."""
    ANSWERS_REPLAYED.inc()


@receiver(connection_created)
def on_connection_created_watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Count the statements of every database connection from its beginning."""
    watch_statements(connection)
