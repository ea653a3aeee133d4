"""The event log: one consumer that does nothing, and what announcing adds to a write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.goals import Goal
from bench.house import House
from bench.plan import Plan


@dataclass(frozen=True, kw_only=True)
class LogFigures:
    """What reading and writing the log came to."""

    events: int
    read_per_second: float
    read_per_cpu_second: float
    # A row in a transaction of its own, without and with an event; medians.
    row_ms: float
    row_and_event_ms: float
    row_cpu_ms: float
    row_and_event_cpu_ms: float

    @property
    def added(self) -> float:
        """What the event adds to the time of the write, as a part of it."""
        return self.row_and_event_ms / self.row_ms - 1

    def goals(self) -> Iterator[Goal]:
        """Yield the goals of the event log."""
        yield Goal(
            subject="events read by one consumer",
            wording="≥ 20,000/s",
            limit=20_000,
            measured=self.read_per_second,
            unit="/s",
        )
        yield Goal(
            subject="what `announce` adds to a write",
            wording="≤ 10 %",
            limit=10,
            measured=100 * self.added,
            unit="%",
            is_ceiling=True,
        )


def measure(house: House, stage: dict[str, Any], *, plan: Plan, core: int) -> LogFigures:
    """Read and write the log on one core; raises ErrandFailed."""
    building = stage["building"]
    wrote = house.errand("write", core=core, building=building, writes=plan.writes)
    read = house.errand(
        "read", core=core, building=building, events=plan.log_events, rounds=plan.rounds
    )
    return LogFigures(
        events=read["events"],
        read_per_second=median(read["per_second"]),
        read_per_cpu_second=median(read["per_cpu_second"]),
        row_ms=wrote["alone_ms"],
        row_and_event_ms=wrote["both_ms"],
        row_cpu_ms=wrote["alone_cpu_ms"],
        row_and_event_cpu_ms=wrote["both_cpu_ms"],
    )
