"""What could not be made lately is not tried again at once, while there is something to serve."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

RETRY_SECONDS = 5.0
_MOST = 10_000


class FailedLately:
    """The addresses that failed within a few seconds, in one process."""

    def __init__(self, *, monotonic: Callable[[], float] = monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def note(self, address: str) -> None:
        """Note that making it failed."""
        with self._lock:
            self._until[address] = self._monotonic() + RETRY_SECONDS
            self._until.move_to_end(address)
            while len(self._until) > _MOST:
                self._until.popitem(last=False)

    def has(self, address: str) -> bool:
        """Tell whether it failed lately."""
        return self._monotonic() < self._until.get(address, 0.0)

    def forget(self) -> None:
        """Know of no failure."""
        with self._lock:
            self._until.clear()


failed_lately = FailedLately()
