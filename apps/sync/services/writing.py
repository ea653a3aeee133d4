"""Writing by the services of apps: what fails leaves no trace and is told as one of our errors."""

from collections.abc import Callable
from typing import TypeVar

from django.db import DataError, IntegrityError, OperationalError

from apps.kernel.errors import AppError, Conflict, Invalid, Unavailable
from apps.kernel.transactions import whole
from apps.sync.services.locking import sqlstate_of
from apps.sync.services.settling import stamp_with

# What ends one operation and not the push: a lock that does not come, a statement that lasts.
_TRANSIENT = frozenset({"55P03", "57014"})

Returned = TypeVar("Returned")


class Distrusted(Exception):
    """Something failed that was trusted: the transaction holds half of it, begin anew."""


class Pen:
    """Writes with an edit's clock; one that trusts needs no savepoint for each edit.

    A savepoint and its release are a third of what a short write costs. Who trusts is within
    `whole`, and begins anew without trust where `Distrusted` comes.
    """

    def __init__(self, *, trusts: bool) -> None:
        self._trusts = trusts
        self._clock: int | None = None

    def write(self, act: Callable[[], Returned], clock: int) -> Returned:
        """Let the app's services act. Raises an AppError, also for what the database refuses."""
        if not self._trusts:
            return self._refusing(act, clock)
        try:
            self._set(clock)
            return act()
        except (AppError, DataError, IntegrityError) as error:
            raise Distrusted from error
        except OperationalError as error:
            if sqlstate_of(error) in _TRANSIENT:
                raise Distrusted from error
            raise

    def _refusing(self, act: Callable[[], Returned], clock: int) -> Returned:
        self._set(clock)
        try:
            with whole():
                return act()
        except OperationalError as error:
            if sqlstate_of(error) not in _TRANSIENT:
                raise
            raise Unavailable("Others hold what this needs.") from error
        except IntegrityError as error:
            raise Conflict("Another row stands against this.") from error
        except DataError as error:
            raise Invalid("A value does not fit.") from error

    def _set(self, clock: int) -> None:
        if clock != self._clock:
            stamp_with(clock)
            self._clock = clock
