"""Single flight: of those who miss the same thing at once, one makes it and the others wait."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Generic, TypeVar

from redis import Redis as RedisClient

from apps.caching.errors import StillBeingMade
from apps.caching.layers.redis import Redis
from apps.kernel.ids import new_id_text
from apps.resilience.services import RedisRole, redis_client

Made = TypeVar("Made")

_KEY = "mainstay:{{caching}}:flight:{address}"
# Only who took it may give it back: after its time it may be somebody else's.
_GIVE_BACK = (
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
)
# Redis does not answer: each process decides for itself.
_UNKNOWN = object()


class Flights(Generic[Made]):
    """The flights of one process's threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flying: dict[str, Future[Made]] = {}

    def share(self, address: str, make: Callable[[], Made], *, wait_seconds: float) -> Made:
        """Return what ``make`` returns, calling it once for all who ask meanwhile.

        Raises what it raises, to all of them; StillBeingMade to those who waited for too long.
        """
        flight, is_mine = self._boarded(address)
        if is_mine:
            self._fly(address, flight, make)
        try:
            return flight.result(timeout=wait_seconds)
        except TimeoutError:
            if flight.done():
                raise
            raise StillBeingMade("Another thread is making it.") from None

    def _boarded(self, address: str) -> tuple[Future[Made], bool]:
        with self._lock:
            flight = self._flying.get(address)
            if flight is not None:
                return flight, False
            self._flying[address] = made = Future[Made]()
            return made, True

    def _fly(self, address: str, flight: Future[Made], make: Callable[[], Made]) -> None:
        try:
            flight.set_result(make())
        except BaseException as error:
            flight.set_exception(error)
            if not isinstance(error, Exception):
                raise
        finally:
            with self._lock:
                del self._flying[address]


@contextmanager
def lease(redis: Redis, address: str, *, seconds: float) -> Iterator[bool]:
    """Take the right to make something, for so long at most; tells whether one has it.

    One has it too where Redis does not answer: then each process makes it once.
    """
    token, key = new_id_text(), _KEY.format(address=address)
    client: RedisClient = redis_client(RedisRole.FAST)
    taken = redis.ask(lambda: client.set(key, token, nx=True, px=int(seconds * 1000)), _UNKNOWN)
    try:
        yield bool(taken)
    finally:
        if taken and taken is not _UNKNOWN:
            redis.ask(lambda: client.eval(_GIVE_BACK, 1, key, token), None)
