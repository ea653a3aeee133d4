"""Webhooks: many deliveries by one worker process on one core, counted where they arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.cores import Cores, pinned
from bench.goals import Goal
from bench.house import House
from bench.plan import Plan
from devstack import paths, ports
from devstack.program import Program
from devstack.waiting import wait_until


@dataclass(frozen=True, kw_only=True)
class HookFigures:
    """What all rounds of deliveries came to; the rates are medians of the rounds."""

    deliveries: int
    endpoints: int
    rounds: int
    fanned_out_per_second: float
    per_second: float
    per_cpu_second: float
    succeeded: int
    received: int
    different: int

    @property
    def lost(self) -> int:
        """Deliveries that no receiver ever saw."""
        return self.deliveries - self.different

    def goals(self) -> Iterator[Goal]:
        """Yield the goals of webhooks."""
        yield Goal(
            subject="webhook deliveries of a worker on one core",
            wording="≥ 3,000/s",
            limit=3000,
            measured=self.per_second,
            unit="/s",
        )
        yield Goal(
            subject=f"lost of {self.deliveries:,} deliveries",
            wording="0",
            limit=0,
            measured=self.lost,
            is_ceiling=True,
        )


def measure(house: House, stage: dict[str, Any], *, plan: Plan, cores: Cores) -> HookFigures:
    """Announce, fan out and deliver, round after round; raises ErrandFailed."""
    listening = [ports.free_port() for _ in range(plan.endpoints)]
    counts = house.folder / "received.json"
    house.errand(
        "register",
        owner=stage["owner"],
        urls=[f"http://{ports.LOOPBACK}:{port}/hook" for port in listening],
    )
    with _receiver(house, counts, listening, core=cores.load):
        rounds = [_round(house, stage, plan=plan, core=cores.measured) for _ in range(plan.rounds)]
    seen = json.loads(counts.read_text(encoding="utf-8"))
    return HookFigures(
        deliveries=sum(written["deliveries"] for written, _ in rounds),
        endpoints=plan.endpoints,
        rounds=plan.rounds,
        fanned_out_per_second=median(
            written["deliveries"] / written["seconds"] for written, _ in rounds
        ),
        per_second=median(sent["succeeded"] / sent["seconds"] for _, sent in rounds),
        per_cpu_second=median(sent["succeeded"] / sent["cpu_seconds"] for _, sent in rounds),
        succeeded=sum(sent["succeeded"] for _, sent in rounds),
        received=seen["received"],
        different=seen["different"],
    )


def _round(
    house: House, stage: dict[str, Any], *, plan: Plan, core: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fan out and deliver a share of the deliveries; return what each came to."""
    written = house.errand(
        "fan_out",
        core=core,
        owner=stage["owner"],
        building=stage["building"],
        events=-(-plan.deliveries // plan.endpoints // plan.rounds),
    )
    return written, house.errand("deliver", core=core)


@contextmanager
def _receiver(house: House, counts: Path, listening: list[int], *, core: int) -> Iterator[None]:
    """Run the receiver; when the block is left, its counts are written."""
    counts.unlink(missing_ok=True)
    words = ["-m", "bench.receiver", str(counts), *map(str, listening)]
    program = Program(
        "receiver",
        pinned(core, [str(paths.PYTHON), *words]),
        env=house.env,
        dev=house.folder,
    )
    program.start()
    try:
        wait_until(lambda: counts.exists() or program.has_ended, seconds=20)
        yield
    finally:
        program.stop()
