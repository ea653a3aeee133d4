"""Tells the journey as it happens: one line per step, with how long it took."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


class NotSeen(Exception):
    """A step of the journey was not seen to happen."""


@dataclass
class Narrator:
    """Runs steps and says what was seen; a step that raises ends the journey."""

    write: Callable[[str], object]
    success: Callable[[str], str]
    steps: int = field(default=0)

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        self.write(f"\n{title}")

    async def step(self, sentence: str, action: Awaitable[T]) -> T:
        """Do one step and tell it; returns what the step returns."""
        start = time.perf_counter()
        result = await action
        self.steps += 1
        seconds = time.perf_counter() - start
        self.write(f"  {self.success('✓')} {sentence}  ({seconds * 1000:.0f} ms)")
        return result

    def note(self, text: str) -> None:
        """Show something worth a look."""
        self.write(f"      {text}")
