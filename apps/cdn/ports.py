"""What a CDN must be able to do, one file each in `providers`."""

from collections.abc import Sequence
from typing import Protocol

from apps.cdn.types import Pace, Target
from apps.kernel.registry import Registry


class Provider(Protocol):
    """Tells one CDN what to forget. Doing it twice is as good as once."""

    @property
    def name(self) -> str:
        """As CDN_PROVIDER names it."""

    @property
    def pace(self) -> Pace | None:
        """How many requests it takes; None where it sets no limit."""

    def purge(self, target: Target, subjects: Sequence[str]) -> None:
        """Tell it of up to `MOST_SUBJECTS`; within a minute. Raises NotTaken or PurgeRefused."""


providers: Registry[Provider] = Registry("CDN")
