"""The courier: carries parcels to their providers, many at once, on the process's event loop.

It asks no database and decides nothing; what came of each parcel goes into a queue for the
thread that recorded the claim and will record the reply.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import structlog

from apps.kernel.clock import now
from apps.kernel.context import bound, continued_from
from apps.notifications.ports import providers
from apps.notifications.providers.replies import Asked, unanswered
from apps.notifications.types import Channel, Parcel, ProviderSettings, PushService, Reply
from apps.resilience.services import run_outbound

log = structlog.get_logger("notifications")

# A provider takes many at once from one sender; a push service that a user's browser names, or a
# mail server, is treated with care.
IN_FLIGHT: Mapping[str, int] = {
    PushService.FCM: 100,
    PushService.APNS: 500,
    PushService.WEB_PUSH: 50,
    Channel.EMAIL: 10,
}
SECONDS_PER_PARCEL = 15.0
# An attempt may take that long, and must be recorded while the lease is ours.
NEEDED_LEASE = timedelta(seconds=20)

Delivered = tuple[Parcel, Reply | None]
Accounts = Mapping[int, ProviderSettings]


class Courier:
    """Sends what it is given and hands back replies; None for what it did not send."""

    def __init__(self) -> None:
        self._done: SimpleQueue[Delivered] = SimpleQueue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._lines: dict[tuple[int | None, str], _Line] = {}
        self._resting: dict[int | None, float] = {}
        self._is_closing = False
        self.held = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Only where the drain broke off; what is cancelled falls due again with its lease.
        run_outbound(self._abandon()).result(timeout=5)

    def send(self, parcels: Sequence[Parcel], accounts: Accounts) -> "Future[None] | None":
        """Begin to send; returns at once."""
        self.held += len(parcels)
        return run_outbound(self._accept(parcels, accounts)) if parcels else None

    def close(self) -> None:
        """Begin nothing more: what still waits for its turn comes back unsent."""
        self._is_closing = True

    def rest(self, account_id: int, *, seconds: float) -> None:
        """Begin nothing of an account for so long."""
        self._resting[account_id] = monotonic() + seconds

    def collect(self, *, wait_seconds: float, gather_seconds: float, most: int) -> list[Delivered]:
        """Return what is done: waits for the first, then gathers a little, up to ``most``."""
        try:
            done = [self._done.get(timeout=wait_seconds)]
        except Empty:
            return []
        # Asleep, not waiting for each: two threads that wake each other spend their time on that.
        sleep(0 if self.held == 1 else gather_seconds)
        while len(done) < most:
            try:
                done.append(self._done.get_nowait())
            except Empty:
                break
        self.held -= len(done)
        return done

    async def _accept(self, parcels: Sequence[Parcel], accounts: Accounts) -> None:
        for parcel in parcels:
            account = accounts.get(parcel.account_id) if parcel.account_id is not None else None
            self._line_up(parcel, account)

    async def _abandon(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _line_up(self, parcel: Parcel, account: ProviderSettings | None) -> None:
        name = account.service.value if account else parcel.channel.value
        line = self._lines.setdefault((parcel.account_id, _host_of(parcel)), _Line(name))
        line.waiting.append((parcel, account))
        if line.carriers < IN_FLIGHT[name]:
            line.carriers += 1
            task = asyncio.create_task(self._carry(line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, line: "_Line") -> None:
        """Carry what waits in a line, one after the other; a task for each would cost more."""
        while line.waiting:
            parcel, account = line.waiting.popleft()
            reply = None
            if self._may_begin(parcel):
                reply = await _attempted(line.provider, parcel, account)
            self._done.put((parcel, reply))
        line.carriers -= 1

    def _may_begin(self, parcel: Parcel) -> bool:
        moment = now()
        return (
            not self._is_closing
            and self._resting.get(parcel.account_id, 0.0) <= monotonic()
            and parcel.leased_until - moment > NEEDED_LEASE
            and parcel.expires_at > moment
        )


@dataclass
class _Line:
    """What waits for a provider, and how many carry it there."""

    provider: str
    waiting: deque[tuple[Parcel, ProviderSettings | None]] = field(default_factory=deque)
    carriers: int = 0


def _host_of(parcel: Parcel) -> str:
    """Return what a slow push service must not hold up the others by: its own host."""
    address = parcel.address
    if address is None or address.service is not PushService.WEB_PUSH:
        return ""
    return urlsplit(address.token).netloc


async def _attempted(provider_name: str, parcel: Parcel, account: ProviderSettings | None) -> Reply:
    """Send a parcel; whatever breaks is a reply, or the drain would wait for one for ever."""
    provider = providers.get(provider_name)
    assert provider is not None, f"Nobody carries {provider_name}."
    asked = Asked()
    try:
        with bound(
            continued_from(correlation_id=parcel.correlation_id, traceparent=parcel.traceparent)
        ):
            async with asyncio.timeout(SECONDS_PER_PARCEL):
                return await provider.send(parcel, account)
    except TimeoutError:
        return unanswered(
            asked, code="timed_out", reason=f"No answer within {SECONDS_PER_PARCEL:.0f} s."
        )
    except Exception as error:
        log.exception("delivery.broken", delivery_id=str(parcel.reference))
        return unanswered(asked, code=type(error).__name__, reason="Something broke on our side.")
