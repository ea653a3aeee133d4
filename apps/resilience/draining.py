"""Draining: claim, send, record, until nothing is due or the time is over."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError

from apps.resilience.courier import Courier

P = TypeVar("P")
R = TypeVar("R")

log = structlog.get_logger("resilience")

CLAIM_AT_MOST = 500
HOLD_AT_MOST = 2000
RECORD_AT_MOST = 500
# How long to wait for the first reply before looking for more that is due, and for how long to
# gather replies so that one transaction records many.
WAIT_SECONDS = 0.25
GATHER_SECONDS = 0.05
OBJECTS_PER_COLLECTION = 50_000


def drain(
    courier: Courier[P, R],
    *,
    claim: Callable[[int], bool],
    settle: Callable[[Sequence[tuple[P, R | None]]], None],
    seconds: float,
) -> bool:
    """Send what is due, for at most about this long; return whether more may be due.

    ``claim`` takes up to so many that are due, hands them to the courier, and says whether there
    were any; ``settle`` records what came of them.
    """
    deadline = monotonic() + seconds
    with _rare_collections(), courier:
        while True:
            is_over = monotonic() >= deadline
            if is_over:
                courier.close()
            room = min(CLAIM_AT_MOST, HOLD_AT_MOST - courier.held)
            found_any = not is_over and room > 0 and claim(room)
            if courier.held:
                settle(
                    courier.collect(
                        wait_seconds=WAIT_SECONDS,
                        gather_seconds=GATHER_SECONDS,
                        most=RECORD_AT_MOST,
                    )
                )
            elif is_over or not found_any:
                return is_over


def record_all(
    replied: Sequence[tuple[P, R]],
    *,
    record: Callable[[Sequence[tuple[P, R]]], None],
    instead: Callable[[P, R, Exception], R],
) -> None:
    """Record replies together; if that fails, one by one, and another reply for what cannot be.

    Else one receiver that found a way to break our recording would stop everybody's deliveries.
    ``instead`` is told the error, and logs it. Raises what the database raises when it is away.
    """
    if not replied:
        return
    try:
        record(replied)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("replies.unrecordable", count=len(replied))
        _record_singly(replied, record=record, instead=instead)


def _record_singly(
    replied: Sequence[tuple[P, R]],
    *,
    record: Callable[[Sequence[tuple[P, R]]], None],
    instead: Callable[[P, R, Exception], R],
) -> None:
    for parcel, reply in replied:
        try:
            record([(parcel, reply)])
        except Exception as error:  # noqa: BLE001  it is logged by who says what stands instead
            record([(parcel, instead(parcel, reply, error))])


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let Python look for cycles of garbage more rarely: a drain makes much, and hardly a cycle."""
    usual = gc.get_threshold()
    gc.set_threshold(OBJECTS_PER_COLLECTION, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
