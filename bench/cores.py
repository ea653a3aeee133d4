"""Which core does what: the measured process has one alone, and so has the load on it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cores:
    """One core for what is measured, one for the load, the others for the stores."""

    measured: int
    load: int
    stores: frozenset[int]

    @property
    def are_apart(self) -> bool:
        """Whether nothing shares a core with what is measured."""
        return self.measured != self.load and self.measured not in self.stores


def divided(available: Iterable[int]) -> Cores:
    """Divide cores among the three; where there are too few, they share."""
    cores = sorted(available)
    measured = cores[-1]
    load = cores[-2] if len(cores) > 1 else measured
    return Cores(measured, load, frozenset(cores[:-2]) or frozenset({load}))


def of_this_machine() -> Cores:
    """Divide the cores that this process may use."""
    return divided(os.sched_getaffinity(0))


def pinned(core: int, command: Sequence[str]) -> list[str]:
    """Return a command that runs on one core with everything it starts."""
    return ["taskset", "--cpu-list", str(core), *command]
