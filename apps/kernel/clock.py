"""The clock: one place to read the time, so that tests can move it."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present moment in UTC, aware of its zone."""
    return timezone.now()
