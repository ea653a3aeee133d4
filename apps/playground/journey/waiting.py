"""Waiting for something to be seen, with a bound."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from apps.playground.journey.narration import NotSeen

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T | None]], *, what: str, seconds: float = 30.0) -> T:
    """Look again and again until something is there; raises NotSeen when time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = await look()
        if found:
            return found
        await asyncio.sleep(0.05)
    raise NotSeen(f"Within {seconds:.0f} s nobody saw {what}.")
