"""The turn to speak with the CDN: one worker has it at a time, under a lease, and within the pace.

The lease outlives a request and its recording; a worker that dies blocks the others for no longer.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.cdn.models import Sender
from apps.cdn.types import Pace
from apps.kernel import clock
from apps.kernel.ids import new_id

LEASE = timedelta(minutes=2)
# Doubled with each failure in a row, up to the longest.
FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 300.0
# What a CDN may ask for.
LONGEST_ASKED_SECONDS = 3600.0
_JITTER = 0.2
_ONLY = 1


class LostTurn(Exception):
    """The lease ended, and another worker speaks with the CDN; never leaves the app."""


@dataclass(frozen=True)
class Turn:
    """The right of one worker to speak with the CDN."""

    token: UUID

    @contextmanager
    def held(self) -> Iterator[Sender]:
        """Hold the row in a transaction, and prolong the lease with it; raises LostTurn."""
        with transaction.atomic():
            sender = (
                Sender.objects.select_for_update().filter(pk=_ONLY, lease_token=self.token).first()
            )
            if sender is None:
                raise LostTurn
            sender.leased_until = clock.now() + LEASE
            yield sender
            sender.save()


def take_turn() -> Turn | None:
    """Take the turn; None while another worker has it, or the CDN is to be left alone."""
    Sender.objects.get_or_create(pk=_ONLY)
    moment, token = clock.now(), new_id()
    is_free = Q(leased_until=None) | Q(leased_until__lte=moment)
    is_open = Q(paused_until=None) | Q(paused_until__lte=moment)
    taken = Sender.objects.filter(is_free, is_open, pk=_ONLY).update(
        lease_token=token, leased_until=moment + LEASE
    )
    return Turn(token) if taken else None


def give_back(turn: Turn) -> None:
    """Let others have the turn."""
    Sender.objects.filter(pk=_ONLY, lease_token=turn.token).update(
        lease_token=None, leased_until=None
    )


def take_token(turn: Turn, pace: Pace | None) -> bool:
    """Take one request out of the bucket, for good; False while it is empty. Raises LostTurn."""
    if pace is None:
        return True
    with turn.held() as sender:
        moment = clock.now()
        left = _tokens(sender, pace, moment)
        if left < 1:
            return False
        sender.tokens, sender.counted_at = left - 1, moment
    return True


def note_success(sender: Sender) -> None:
    """Note, in the held row, that the CDN took what it was told."""
    sender.consecutive_failures, sender.failing_since = 0, None
    sender.paused_until, sender.last_problem = None, ""


def note_failure(sender: Sender, problem: str, *, asked_seconds: float | None) -> None:
    """Note, in the held row, that it did not, and leave it alone for a while."""
    moment = clock.now()
    doubled = FIRST_PAUSE_SECONDS * 2 ** min(sender.consecutive_failures, 20)
    # Not for secrecy: nobody gains by guessing it.
    pause = min(doubled, LONGEST_PAUSE_SECONDS) * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311
    pause = max(pause, min(asked_seconds or 0.0, LONGEST_ASKED_SECONDS))
    sender.consecutive_failures += 1
    sender.failing_since = sender.failing_since or moment
    sender.paused_until = moment + timedelta(seconds=pause)
    sender.last_problem = problem[:300]


def _tokens(sender: Sender, pace: Pace, moment: datetime) -> float:
    if sender.tokens is None or sender.counted_at is None:
        return float(pace.at_once)
    passed = max(0.0, (moment - sender.counted_at).total_seconds())
    return min(float(pace.at_once), sender.tokens + passed * pace.per_minute / 60)
