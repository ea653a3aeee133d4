"""What other apps plug in: checks of what they depend on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from apps.kernel.registry import Registry


class Probe(Protocol):
    """A check of django-health-check (``health_check.base.HealthCheck``), or anything like it."""

    def run(self) -> Awaitable[None] | None:
        """Return if the part is well, else raise; ServiceWarning where it still works."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A part to look at, regularly and in a thread of its own."""

    name: str
    # Makes the probe; import its module in here, so that start-up does not pay for it.
    make: Callable[[], Probe]
    # What it means when the part is not well, for operators; names no host and no secret.
    meaning: str
    # Whether requests are kept away while the part is not well. An outage that all instances
    # share must not take all of them away, unless no request could be answered without it.
    is_decisive: bool = False
    every_seconds: float = 2.0
    deadline_seconds: float = 1.0


checks: Registry[Check] = Registry("health check")
