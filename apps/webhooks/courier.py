"""The courier: carries parcels to their endpoints, many at once, on the process's event loop.

It asks no database and decides nothing; what came of each parcel goes into a queue for the
thread that recorded the claim and will record the answer.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from queue import Empty, SimpleQueue
from time import sleep
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import structlog

from apps.kernel.clock import now
from apps.kernel.context import bound
from apps.resilience.errors import OutboundFailed
from apps.resilience.services import outbound_client, run_outbound
from apps.resilience.types import OutboundTiming
from apps.webhooks.custom_headers import masked
from apps.webhooks.payloads import MAX_BODY_BYTES
from apps.webhooks.signing import signature_header
from apps.webhooks.types import Answer, Parcel

log = structlog.get_logger("webhooks")

IN_FLIGHT_PER_HOST = 20
READ_AT_MOST = 16 * 1024
# An attempt may take 15 s, and must be recorded while the lease is ours.
NEEDED_LEASE = timedelta(seconds=20)
USER_AGENT = "Mainstay-Webhooks/1"

Delivered = tuple[Parcel, Answer | None]


class Courier:
    """Sends what it is given and hands back answers; None for what it had no time to send."""

    def __init__(self) -> None:
        self._done: SimpleQueue[Delivered] = SimpleQueue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._lines: dict[str, _Line] = {}
        self._is_closing = False

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

    def send(self, parcels: Sequence[Parcel]) -> None:
        """Begin to send; returns at once."""
        if parcels:
            run_outbound(self._accept(parcels))

    def close(self) -> None:
        """Begin nothing more: what still waits for its turn comes back unsent."""
        self._is_closing = True

    def collect(self, *, wait_seconds: float, gather_seconds: float, most: int) -> list[Delivered]:
        """Return what is done: waits for the first, then gathers a little, up to ``most``."""
        try:
            done = [self._done.get(timeout=wait_seconds)]
        except Empty:
            return []
        # Asleep, not waiting for each: two threads that wake each other spend their time on that.
        sleep(0 if most == 1 else gather_seconds)
        while len(done) < most:
            try:
                done.append(self._done.get_nowait())
            except Empty:
                break
        return done

    async def _accept(self, parcels: Sequence[Parcel]) -> None:
        for parcel in parcels:
            if parcel.send_at is None:
                self._line_up(parcel)
            else:
                self._start(self._line_up_in_time(parcel, parcel.send_at))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _abandon(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _line_up_in_time(self, parcel: Parcel, moment: datetime) -> None:
        await asyncio.sleep((moment - now()).total_seconds())
        self._line_up(parcel)

    def _line_up(self, parcel: Parcel) -> None:
        line = self._lines.setdefault(_host_of(parcel.url), _Line())
        line.parcels.append(parcel)
        if line.carriers < IN_FLIGHT_PER_HOST:
            line.carriers += 1
            self._start(self._carry(line))

    async def _carry(self, line: "_Line") -> None:
        """Carry what waits for a host, one after the other; a task for each would cost more."""
        while line.parcels:
            parcel = line.parcels.popleft()
            has_time = parcel.leased_until - now() > NEEDED_LEASE and not self._is_closing
            self._done.put((parcel, await _attempted(parcel) if has_time else None))
        line.carriers -= 1


@dataclass
class _Line:
    """What waits for a host, and how many carry it there."""

    parcels: deque[Parcel] = field(default_factory=deque)
    carriers: int = 0


@lru_cache(maxsize=1024)
def _host_of(url: str) -> str:
    return urlsplit(url).netloc


async def _attempted(parcel: Parcel) -> Answer:
    """Send a parcel; whatever breaks is an answer, or the drain would wait for one for ever."""
    try:
        return await attempt(parcel)
    except Exception as error:
        with bound(parcel.cause):
            log.exception("delivery.broken", webhook_id=str(parcel.message_id))
        return Answer(
            started_at=now(),
            request_headers={},
            timing=OutboundTiming(),
            error=type(error).__name__,
            detail="Something broke on our side.",
        )


async def attempt(parcel: Parcel) -> Answer:
    """Send one parcel once, signed now, under the correlation of its event."""
    started_at = now()
    headers = _headers(parcel, timestamp=int(started_at.timestamp()))
    recorded = {**masked([name for name, _ in parcel.headers]), **headers}
    refusal = _refusal(parcel)
    if refusal:
        return Answer(
            started_at=started_at,
            request_headers=recorded,
            timing=OutboundTiming(),
            error=refusal[0],
            detail=refusal[1],
            is_final=True,
        )
    try:
        with bound(parcel.cause):
            response = await outbound_client().request(
                "POST",
                parcel.url,
                purpose="webhooks",
                body=parcel.body,
                # Ours last: nobody else's header stands in place of one of ours.
                headers={**dict(parcel.headers), **headers},
                read_at_most=READ_AT_MOST,
            )
    except OutboundFailed as failure:
        return Answer(
            started_at=started_at,
            request_headers=recorded,
            timing=failure.timing,
            error=failure.kind,
            detail=failure.detail,
        )
    return Answer(
        started_at=started_at,
        request_headers=recorded,
        timing=response.timing,
        status=response.status,
        response_headers=response.headers,
        response_body=response.body,
        is_cut=response.is_cut,
    )


def _headers(parcel: Parcel, *, timestamp: int) -> dict[str, str]:
    message_id = str(parcel.message_id)
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_header(
            parcel.secrets,
            message_id=message_id,
            timestamp=timestamp,
            body=parcel.body,
            signers=parcel.signers,
        ),
    }


def _refusal(parcel: Parcel) -> tuple[str, str] | None:
    """Return why a parcel cannot be sent at all, as kind and sentence."""
    if len(parcel.body) > MAX_BODY_BYTES:
        return "too_large", (
            f"The event is {len(parcel.body)} bytes, more than the {MAX_BODY_BYTES} that are sent."
        )
    if not parcel.secrets:
        return "unsigned", "The endpoint has no readable secret, and nothing is sent unsigned."
    return None
