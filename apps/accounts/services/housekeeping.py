"""Housekeeping: what ended or expired long ago goes, in batches that keep nobody waiting."""

from datetime import timedelta
from typing import Any

import structlog
from django.contrib.sessions.models import Session as DjangoSession
from django.db.models import QuerySet

from apps.accounts.models import RefreshToken, Session
from apps.kernel import clock

# Long enough to answer "was that me?" about a sign-in that somebody finds strange.
ENDED_SESSIONS_KEPT = timedelta(days=30)
DELETE_AT_ONCE = 1000
# So that one run is short however much there is; the next one goes on.
BATCHES_AT_MOST = 100

_log = structlog.get_logger("accounts")


def purge_expired() -> dict[str, int]:
    """Delete sessions that ended 30 days ago, expired refresh tokens, and Django's sessions.

    Return how many of each. Each batch is a transaction of its own.
    """
    now = clock.now()
    purged = {
        "sessions": _purged(Session.objects.filter(ended_at__lt=now - ENDED_SESSIONS_KEPT)),
        "refresh_tokens": _purged(RefreshToken.objects.filter(expires_at__lt=now)),
        "django_sessions": _purged(DjangoSession.objects.filter(expire_date__lt=now)),
    }
    if any(purged.values()):
        _log.info("expired.purged", **purged)
    return purged


def _purged(rows: QuerySet[Any]) -> int:
    """Delete rows batch by batch, and return how many."""
    purged = 0
    for _ in range(BATCHES_AT_MOST):
        ids = list(rows.order_by().values_list("pk", flat=True)[:DELETE_AT_ONCE])
        rows.filter(pk__in=ids).delete()
        purged += len(ids)
        if len(ids) < DELETE_AT_ONCE:
            break
    return purged
