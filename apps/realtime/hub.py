"""The hub: brings what is published to all connections of this process that listen to it.

Each channel that anybody here listens to is read from Redis once and encoded once per codec. The
hub knows how far it has delivered each; whatever Redis did not bring it reads from PostgreSQL, so
that what a connection is handed has no gap, and nothing twice.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import structlog
from django.conf import settings
from django.db import Error as DatabaseError

from apps.kernel.context import Context, bound
from apps.realtime import presence, selectors, wire
from apps.realtime.database import in_database
from apps.realtime.listener import Listener
from apps.realtime.local_channel import Follower, LocalChannel
from apps.realtime.node_metrics import GAPS
from apps.realtime.types import Position, Publication

log = structlog.get_logger("realtime")

_READ_AT_ONCE = 200
_ASKED_AT_ONCE = 1000
# For what Redis brings out of order, or brings a moment after PostgreSQL said it.
_GAP_PATIENCE_SECONDS = 0.05
_RETRY_SECONDS = 0.5
_PATIENT_ATTEMPTS = 3


class Hub:
    """The channels of this process."""

    def __init__(
        self, *, lost: Callable[[LocalChannel], None], spoken: Callable[[str, bytes], bool]
    ) -> None:
        self._channels: dict[str, LocalChannel] = {}
        self._opening: dict[str, asyncio.Task[LocalChannel]] = {}
        self._asked: dict[str, asyncio.Future[Position]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._lost = lost
        self._spoken = spoken
        self._wake = asyncio.Event()
        self.listener = Listener(heard=self._hear, came_back=self._wake.set)

    @property
    def channels(self) -> Sequence[LocalChannel]:
        """The channels somebody here listens to."""
        return list(self._channels.values())

    def channel(self, name: str) -> LocalChannel | None:
        """Return a channel, if somebody here listens to it."""
        return self._channels.get(name)

    async def begin(self, name: str, follower: Follower) -> LocalChannel:
        """Let a follower listen, from the moment this returns on; see `LocalChannel.begin`.

        Raises django.db.Error where the channel's position cannot be read.
        """
        while True:
            channel = self._channels.get(name) or await self._open(name)
            # Whoever waited with us for the opening may have left already.
            if self._channels.get(name) is channel:
                channel.begin(follower)
                return channel

    async def listen_to_joins(self, channel: LocalChannel) -> None:
        """Let those who asked hear of joins and leaves on a channel."""
        await self.listener.subscribe(presence.told_channel(channel.name))

    def end(self, name: str, follower: Follower) -> None:
        """Let a follower listen no more."""
        channel = self._channels.get(name)
        if channel is None:
            return
        channel.end(follower)
        if not channel.is_followed:
            self._close(channel)

    async def _open(self, name: str) -> LocalChannel:
        task = self._opening.get(name)
        if task is None:
            task = self._opening[name] = asyncio.create_task(self._opened(name))
            task.add_done_callback(lambda _: self._opening.pop(name, None))
        return await asyncio.shield(task)

    async def _opened(self, name: str) -> LocalChannel:
        # Redis first: what is published after the position was read is heard.
        await self.listener.subscribe(wire.redis_channel(name))
        position = await self._position(name)
        channel = self._channels[name] = LocalChannel(name, position)
        # Nobody came after all.
        asyncio.get_running_loop().call_later(_RETRY_SECONDS, self._close_if_unused, channel)
        return channel

    def _close_if_unused(self, channel: LocalChannel) -> None:
        if not channel.is_followed and self._channels.get(channel.name) is channel:
            self._close(channel)

    def _close(self, channel: LocalChannel) -> None:
        del self._channels[channel.name]
        self.listener.unsubscribe(
            (wire.redis_channel(channel.name), presence.told_channel(channel.name))
        )

    async def _position(self, name: str) -> Position:
        """Return where a channel stands; all that are asked for at once are read at once."""
        if not self._asked:
            self._spawn(self._answer())
        asked = self._asked.setdefault(name, asyncio.get_running_loop().create_future())
        return await asked

    async def _answer(self) -> None:
        await asyncio.sleep(0)
        asked, self._asked = self._asked, {}
        names = list(asked)
        try:
            for start in range(0, len(names), _ASKED_AT_ONCE):
                some = names[start : start + _ASKED_AT_ONCE]
                for name, position in (await in_database(selectors.positions, some)).items():
                    asked[name].set_result(position)
        except DatabaseError as error:
            for answer in asked.values():
                if not answer.done():
                    answer.set_exception(error)

    def _hear(self, name: str, message: bytes) -> None:
        if self._spoken(name, message):
            return
        if name.startswith(presence.TOLD):
            self._hear_of_presence(name.removeprefix(presence.TOLD), message)
            return
        try:
            publication = wire.unpacked(message)
        except (ValueError, TypeError):
            log.warning("publication.unreadable", channel=name)
            return
        self._take(publication)

    def _hear_of_presence(self, name: str, message: bytes) -> None:
        channel = self._channels.get(name)
        if channel is not None:
            what, who = presence.told(message)
            channel.tell(what, who)

    def _take(self, publication: Publication) -> None:
        channel = self._channels.get(publication.channel)
        if channel is None or publication.offset <= channel.offset:
            return
        if publication.epoch != channel.epoch:
            self._lose(channel)
        elif publication.offset == channel.offset + 1:
            with bound(Context(correlation_id=publication.correlation_id or "unknown")):
                channel.deliver(publication)
        else:
            self._fill(channel, publication.offset)

    def _fill(self, channel: LocalChannel, wanted: int) -> None:
        channel.wanted = max(channel.wanted, wanted)
        if not channel.is_filling:
            channel.is_filling = True
            self._spawn(self._filled(channel))

    async def _filled(self, channel: LocalChannel) -> None:
        """Read from PostgreSQL what a channel has had, up to what is known to be there."""
        try:
            await asyncio.sleep(_GAP_PATIENCE_SECONDS)
            failures = 0
            while channel.wanted > channel.offset and channel.is_followed:
                if await self._read(channel):
                    failures = 0
                    continue
                failures += 1
                if failures >= _PATIENT_ATTEMPTS:
                    self._lose(channel)
                    return
                await asyncio.sleep(_GAP_PATIENCE_SECONDS)
        finally:
            channel.is_filling = False

    async def _read(self, channel: LocalChannel) -> bool:
        """Deliver what comes next; tell whether anything did."""
        before = channel.offset
        try:
            found = await in_database(
                selectors.publications_after, channel.name, before, limit=_READ_AT_ONCE
            )
        except DatabaseError as error:
            log.warning("channel.unreadable", channel=channel.name, error=type(error).__name__)
            await asyncio.sleep(_RETRY_SECONDS)
            return True
        GAPS.inc()
        for publication in found:
            if publication.offset == channel.offset + 1 and publication.epoch == channel.epoch:
                channel.deliver(publication)
        return channel.offset > before

    def _lose(self, channel: LocalChannel) -> None:
        """Give a channel up: its followers are to come back and say what they have."""
        if self._channels.get(channel.name) is channel:
            log.warning("channel.lost", channel=channel.name, offset=channel.offset)
            self._close(channel)
            self._lost(channel)

    async def look_for_gaps(self) -> None:
        """Ask PostgreSQL how far channels are, until cancelled: often while Redis is dead."""
        while True:
            seconds = settings.REALTIME_POLL_SECONDS
            if self.listener.is_alive:
                seconds = settings.REALTIME_CHECK_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), seconds)
            self._wake.clear()
            try:
                await self._compare()
            except DatabaseError as error:
                log.warning("channels.unreadable", error=type(error).__name__)

    async def _compare(self) -> None:
        names = list(self._channels)
        for start in range(0, len(names), _ASKED_AT_ONCE):
            some = names[start : start + _ASKED_AT_ONCE]
            before = {name: self._channels[name].offset for name in some if name in self._channels}
            positions = await in_database(selectors.positions, list(before))
            for name, position in positions.items():
                self._compare_one(name, position, before[name])

    def _compare_one(self, name: str, position: Position, before: int) -> None:
        channel = self._channels.get(name)
        if channel is None:
            return
        if position.epoch != channel.epoch or position.offset < before:
            self._lose(channel)
        elif position.offset > channel.offset:
            self._fill(channel, position.offset)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
