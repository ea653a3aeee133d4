"""How a node asks the database: in a few threads of its own, never on the event loop."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

from channels.db import database_sync_to_async
from django.conf import settings

Parameters = ParamSpec("Parameters")
Found = TypeVar("Found")
Thing = TypeVar("Thing")

_ASKED_AT_ONCE = 1000


async def in_database(
    read: Callable[Parameters, Found], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Found:
    """Call a function that may ask the database, in one of the threads kept for that."""
    call = database_sync_to_async(read, thread_sensitive=False, executor=_threads())
    return cast("Found", await call(*args, **kwargs))


def portions(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    """Return things in portions of which one statement can speak."""
    whole = list(things)
    for start in range(0, len(whole), _ASKED_AT_ONCE):
        yield whole[start : start + _ASKED_AT_ONCE]


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.REALTIME_DATABASE_THREADS, thread_name_prefix="realtime")
