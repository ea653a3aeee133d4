"""A breaker: what fails time after time is left alone for a while, and then asked once."""

import threading
from collections.abc import Callable
from time import monotonic


class Breaker:
    """Knows whether something may be asked; used by many threads at once.

    After ``failures`` in a row nobody may ask for ``rest_seconds``. Then one may, for all: if that
    one fares well, everybody may again; if it fails, or is never heard of again, the rest begins
    anew.
    """

    def __init__(
        self, *, failures: int, rest_seconds: float, clock: Callable[[], float] = monotonic
    ) -> None:
        self._limit = failures
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._resting_until = 0.0

    @property
    def is_resting(self) -> bool:
        """Tell whether nobody may ask now; unlike `admits`, it lets nobody through."""
        return self._failures >= self._limit and self._clock() < self._resting_until

    def admits(self) -> bool:
        """Tell whether to ask now; who is told so must tell how it went."""
        if self._failures < self._limit:
            return True
        with self._lock:
            moment = self._clock()
            if moment < self._resting_until:
                return False
            self._resting_until = moment + self._rest_seconds
            return True

    def succeeded(self) -> None:
        """Note that an answer came."""
        self._failures = 0

    def failed(self) -> None:
        """Note that none came."""
        with self._lock:
            self._failures += 1
            self._resting_until = self._clock() + self._rest_seconds
