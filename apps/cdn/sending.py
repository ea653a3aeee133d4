"""Sending: one worker at a time tells the CDN what is due, as fast as it allows."""

from datetime import timedelta
from time import monotonic

import structlog
from django.conf import settings

from apps.cdn import metrics
from apps.cdn.batches import Batch, next_batch, note_not_taken, note_refused, note_taken
from apps.cdn.errors import NotTaken, PurgeRefused
from apps.cdn.models import Purge
from apps.cdn.ports import Provider, providers
from apps.cdn.turns import (
    LostTurn,
    Turn,
    give_back,
    note_failure,
    note_success,
    take_token,
    take_turn,
)
from apps.cdn.types import PurgeState
from apps.kernel import clock

log = structlog.get_logger("cdn")

# Then another task goes on, so that none blocks a worker.
_RUN_SECONDS = 20.0
# What is over stays on record for so long.
KEPT_FOR = timedelta(days=90)


def send_due() -> bool:
    """Tell the CDN what is due; return whether there is more that may be sent at once.

    Nothing is lost where this process dies: what is not recorded is sent again.
    """
    provider = providers.get(settings.CDN_PROVIDER)
    turn = take_turn() if provider and _is_anything_pending() else None
    if provider is None or turn is None:
        return False
    try:
        return _sent(turn, provider)
    except LostTurn:
        log.warning("turn.lost")
        return False
    finally:
        give_back(turn)


def prune() -> None:
    """Delete what has been over for 90 days."""
    expiry = clock.now() - KEPT_FOR
    Purge.objects.filter(finished_at__lt=expiry).exclude(state=PurgeState.PENDING).delete()


def _sent(turn: Turn, provider: Provider) -> bool:
    until = monotonic() + _RUN_SECONDS
    while monotonic() < until:
        batch = next_batch()
        if batch is None or not take_token(turn, provider.pace):
            return False
        if not _told(turn, provider, batch):
            return False
    return True


def _told(turn: Turn, provider: Provider, batch: Batch) -> bool:
    """Send one request and record what came of it; return whether the CDN is well."""
    try:
        provider.purge(batch.target, batch.subjects)
    except NotTaken as failure:
        _record_failure(turn, batch, failure)
        return False
    except PurgeRefused as refusal:
        log.warning("purge.refused", target=batch.target, problem=str(refusal))
        with turn.held() as sender:
            note_success(sender)
            note_refused(batch, str(refusal))
        metrics.REQUESTS.labels("refused").inc()
        return True
    with turn.held() as sender:
        note_success(sender)
        note_taken(batch)
    metrics.REQUESTS.labels("taken").inc()
    return True


def _record_failure(turn: Turn, batch: Batch, failure: NotTaken) -> None:
    problem = str(failure)
    log.warning("purge.not_taken", target=batch.target, problem=problem)
    with turn.held() as sender:
        note_failure(sender, problem, asked_seconds=failure.pause_seconds)
        note_not_taken(batch, problem)
    metrics.REQUESTS.labels("not_taken").inc()


def _is_anything_pending() -> bool:
    """Ask without a lock: most often there is nothing."""
    return Purge.objects.filter(state=PurgeState.PENDING, due_at__lte=clock.now()).exists()
