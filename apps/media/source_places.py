"""Places for remote sources: of the image process's threads, none gets more than its share.

A bulkhead: whoever waits for a source that is slow holds a thread, so the rest of its requests
wait outside, on the event loop, where they keep nobody from anything.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from apps.media.types import Origin


@dataclass
class _Line:
    """One source's places, and how many have one or stand in line for one."""

    places: asyncio.Semaphore
    requests: int = 0


class SourcePlaces:
    """The places of every source that is asked for now, on one event loop."""

    def __init__(self, places: int, *, most_waiting: int, patience_seconds: float) -> None:
        self._places = places
        self._most = places + most_waiting
        self._patience_seconds = patience_seconds
        self._lines: dict[Origin, _Line] = {}

    @asynccontextmanager
    async def place(self, origin: Origin) -> AsyncIterator[bool]:
        """Hold a place within the block; tells whether there was one in time."""
        line = self._lines.setdefault(origin, _Line(asyncio.Semaphore(self._places)))
        if line.requests >= self._most:
            yield False
            return
        line.requests += 1
        try:
            has_place = await self._taken(line.places)
            try:
                yield has_place
            finally:
                if has_place:
                    line.places.release()
        finally:
            line.requests -= 1
            if not line.requests:
                # Anybody may name any source, so none is remembered.
                del self._lines[origin]

    async def _taken(self, places: asyncio.Semaphore) -> bool:
        try:
            async with asyncio.timeout(self._patience_seconds):
                return await places.acquire()
        except TimeoutError:
            return False
