"""How many deliveries of an endpoint a worker holds at once: many of a fast one, few of a slow.

A window as TCP has it: it doubles with every quick answer's worth of work and falls back when
an answer is slow. So a receiver that needs 15 s to say nothing holds a few places, not all.
"""

from collections import Counter
from collections.abc import Mapping

FIRST_WINDOW = 20
WIDEST_WINDOW = 500
SLOW_SECONDS = 1.0


class Pace:
    """The windows of the endpoints one worker serves, and what it holds of each."""

    def __init__(self) -> None:
        self._windows: dict[int, int] = {}
        self._held: Counter[int] = Counter()

    def rooms(self) -> Mapping[int, int]:
        """How many more may be claimed, of every endpoint whose number is not the usual one."""
        known = self._windows.keys() | self._held.keys()
        return {
            endpoint: max(0, self._window(endpoint) - self._held[endpoint]) for endpoint in known
        }

    def take(self, endpoint_id: int) -> None:
        """Note that one more delivery is held."""
        self._held[endpoint_id] += 1

    def give_back(self, endpoint_id: int, *, seconds: float | None) -> None:
        """Note that one is done, and how long its answer took; None if it was never sent."""
        self._held[endpoint_id] -= 1
        if not self._held[endpoint_id]:
            del self._held[endpoint_id]
        if seconds is None:
            return
        if seconds > SLOW_SECONDS:
            self._windows.pop(endpoint_id, None)
        else:
            self._windows[endpoint_id] = min(self._window(endpoint_id) + 1, WIDEST_WINDOW)

    def _window(self, endpoint_id: int) -> int:
        return self._windows.get(endpoint_id, FIRST_WINDOW)
