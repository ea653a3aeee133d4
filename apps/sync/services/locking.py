"""Locking: devices one after the other, and transactions anew that others got in the way of."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError

from apps.kernel.direct import Direct, in_text
from apps.kernel.errors import Unavailable
from apps.sync.models import SyncState

# How often a transaction is begun, and the pause after the first time.
ATTEMPTS = 4
_PAUSE_SECONDS = 0.05
# How long anybody waits for a row, once the device is its own.
_PATIENCE = "5s"
# Deadlock, serialization failure, lock timeout, and an id that another device took meanwhile.
_LOCK_TIMEOUT = "55P03"
_OVERTAKEN = frozenset({"40P01", "40001", _LOCK_TIMEOUT, "23505"})

_wait_at_most = Direct("SELECT set_config('lock_timeout', $1, true)")

FORGOTTEN = "The device was forgotten this very moment; ask again."

Returned = TypeVar("Returned")


def tried_again(run: Callable[[], Returned]) -> Returned:
    """Run a transaction, anew where others got in its way. Raises Unavailable at the end."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return run()
        except (OperationalError, IntegrityError) as error:
            if sqlstate_of(error) not in _OVERTAKEN:
                raise
            if attempt == ATTEMPTS or sqlstate_of(error) == _LOCK_TIMEOUT:
                raise Unavailable("Others hold these rows; try again.") from error
            # Not for secrecy: so that those who met do not meet again.
            time.sleep(random.uniform(0, _PAUSE_SECONDS * 2**attempt))  # noqa: S311
    raise AssertionError("The last attempt returns or raises.")


def lock_state(state_id: int) -> SyncState:
    """Return a device's state, locked: its pushes come one after the other.

    Raises Unavailable where it was forgotten meanwhile (`services.retention`): asking again helps.
    """
    state = SyncState.objects.select_for_update(no_key=True).filter(pk=state_id).first()
    if state is None:
        raise Unavailable(FORGOTTEN)
    be_impatient()
    return state


def be_impatient() -> None:
    """Let the transaction wait for no lock longer than a push may."""
    _wait_at_most.run([in_text(_PATIENCE)])


def sqlstate_of(error: Exception) -> str | None:
    """Return PostgreSQL's code of a database error, or None."""
    found: str | None = getattr(error.__cause__, "sqlstate", None)
    return found
