"""How long something takes, on a machine that others keep busy too."""

from collections.abc import Callable
from time import perf_counter

TRIES = 20


def takes_at_most(
    seconds: float, action: Callable[[], object], *, before: Callable[[], object] = lambda: None
) -> bool:
    """Tell whether one of several tries is as quick as that; what is done before each is not timed.

    Others only ever add to the time that our own waits take, so the quickest try tells of these.
    """
    return any(_seconds_of(action, before) <= seconds for _ in range(TRIES))


def _seconds_of(action: Callable[[], object], before: Callable[[], object]) -> float:
    before()
    started = perf_counter()
    action()
    return perf_counter() - started
