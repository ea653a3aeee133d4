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
    # The same of a whole request to the API that creates one.
    request_ms: float
    request_and_event_ms: float
    # What the event adds to the time of either, as a part of it: medians of neighbouring blocks.
    added_to_row: float
    added_to_request: float

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
            subject="what `announce` adds to a `create` of the API",
            wording="≤ 10 %",
            limit=10,
            measured=100 * self.added_to_request,
            unit="%",
            is_ceiling=True,
        )


def measure(house: House, stage: dict[str, Any], *, plan: Plan, core: int) -> LogFigures:
    """Read and write the log on one core; raises ErrandFailed."""
    building = stage["building"]
    wrote = house.errand(
        "write", core=core, building=building, token=stage["tokens"][0], writes=plan.writes
    )
    row, request = wrote["row"], wrote["request"]
    read = house.errand(
        "read", core=core, building=building, events=plan.log_events, rounds=plan.rounds
    )
    return LogFigures(
        events=read["events"],
        read_per_second=median(read["per_second"]),
        read_per_cpu_second=median(read["per_cpu_second"]),
        row_ms=row["alone_ms"],
        row_and_event_ms=row["both_ms"],
        row_cpu_ms=row["alone_cpu_ms"],
        row_and_event_cpu_ms=row["both_cpu_ms"],
        request_ms=request["alone_ms"],
        request_and_event_ms=request["both_ms"],
        added_to_row=row["added"],
        added_to_request=request["added"],
    )
