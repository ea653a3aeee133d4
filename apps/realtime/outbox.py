"""What waits to be sent on one connection: bounded, so that a slow reader costs only itself."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

# What one call hands to the server; the rest stays here, where it is counted.
SENT_AT_ONCE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Frame:
    """A reply or push, ready to be sent; many connections may hold the same one."""

    payload: bytes
    # Of a publication.
    channel: str = ""
    offset: int = 0


class Outbox:
    """A queue with one reader, who is told by ``filled`` of everything that was queued.

    Publications are limited; replies make their asker wait instead.
    """

    __slots__ = (
        *("_filled", "_frames", "_is_closed", "_replies", "_room", "_size"),
        *("_most_bytes", "_most_frames"),
    )

    def __init__(self, *, filled: Callable[[], None]) -> None:
        # Asked for with every delivery, and each time a detour in Django.
        self._most_frames = settings.REALTIME_QUEUED_MESSAGES
        self._most_bytes = settings.REALTIME_QUEUED_BYTES
        self._filled = filled
        self._frames: deque[Frame] = deque()
        self._size = 0
        self._replies = 0
        self._is_closed = False
        self._room: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: Frame) -> bool:
        """Queue a publication; False where that is more than may wait."""
        self._size += len(frame.payload)
        if len(self._frames) >= self._most_frames or self._size > self._most_bytes:
            return False
        self._append(frame)
        return True

    def put_reply(self, payload: bytes) -> None:
        """Queue what a client asked for, or the protocol itself; see `has_room`."""
        self._replies += len(payload)
        self._append(Frame(payload))

    async def has_room(self) -> None:
        """Wait until the replies that were asked for are nearly all on their way."""
        while self._replies > self._most_bytes and not self._is_closed:
            self._room = asyncio.get_running_loop().create_future()
            await self._room

    def take(self) -> list[Frame]:
        """Return what to send next, if anything waits."""
        taken, size = [], 0
        while self._frames and size < SENT_AT_ONCE:
            frame = self._frames.popleft()
            taken.append(frame)
            size += len(frame.payload)
            if frame.channel:
                self._size -= len(frame.payload)
            else:
                self._replies -= len(frame.payload)
        _wake(self._room)
        return taken

    def unsent(self) -> dict[str, int]:
        """Return the first offset that still waits, by channel."""
        first: dict[str, int] = {}
        for frame in self._frames:
            if frame.channel:
                first.setdefault(frame.channel, frame.offset)
        return first

    def close(self) -> None:
        """Let go of everything; the reader finds nothing more."""
        self._is_closed = True
        self._frames.clear()
        _wake(self._room)

    def _append(self, frame: Frame) -> None:
        if self._is_closed:
            return
        self._frames.append(frame)
        self._filled()


def _wake(waiter: "asyncio.Future[None] | None") -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)
