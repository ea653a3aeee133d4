"""How much one connection may ask for: so many commands a second, with some at once."""

import time


class Allowance:
    """A bucket of tokens that fills up steadily (a token bucket)."""

    __slots__ = ("_left", "_most", "_per_second", "_seen_at")

    def __init__(self, *, per_second: float, most: float) -> None:
        self._per_second = per_second
        self._most = most
        self._left = most
        self._seen_at = time.monotonic()

    def take(self) -> bool:
        """Take one token; False where there is none."""
        here = time.monotonic()
        self._left = min(self._most, self._left + (here - self._seen_at) * self._per_second)
        self._seen_at = here
        if self._left < 1:
            return False
        self._left -= 1
        return True
