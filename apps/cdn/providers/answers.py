"""Calling a CDN: one answer for each call, or NotTaken."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from apps.cdn.errors import NotTaken
from apps.kernel import clock
from apps.kernel.retry_after import asked_pause
from apps.resilience.errors import OutboundFailed
from apps.resilience.services import run_outbound, trusting_client
from apps.resilience.types import OutboundResponse

# So many at once, where a provider takes a call for each URL.
_AT_ONCE = 10


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request to a CDN."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


def answers(calls: Sequence[Call]) -> list[OutboundResponse]:
    """Make all calls and return their answers, in order; raises NotTaken where one gets none."""
    received: list[OutboundResponse] = []
    try:
        for start in range(0, len(calls), _AT_ONCE):
            received += run_outbound(_answers(calls[start : start + _AT_ONCE])).result()
    except OutboundFailed as failure:
        raise NotTaken(failure.detail) from failure
    return received


def header(response: OutboundResponse, name: str) -> str:
    """Return a header of an answer; "" where it has none."""
    return next((value for key, value in response.headers if key.lower() == name.lower()), "")


def pause_asked_by(response: OutboundResponse) -> float | None:
    """Return for how many seconds an answer asks to be left alone, if it does."""
    return asked_pause(header(response, "Retry-After"), now=clock.now())


async def _answers(calls: Sequence[Call]) -> list[OutboundResponse]:
    return await asyncio.gather(*map(_answer, calls))


async def _answer(call: Call) -> OutboundResponse:
    return await trusting_client().request(
        call.method, call.url, purpose="cdn", headers=call.headers, body=call.body
    )
