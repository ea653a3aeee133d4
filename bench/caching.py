"""The cache: what a look-up costs in each layer, and what evicting by worth saves beside LRU."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.kernel.reference import markdown
from bench.goals import Goal
from bench.house import House
from bench.plan import Plan
from bench.wording import shown, without_paths

# A picture of 600x600 as WebP; small enough for Redis.
PICTURE_BYTES = 47 * 1024
SEED = 5

_WAYS = {
    "memory": "found in memory",
    "redis": "found in Redis",
    "files": "found in files, checksum and all",
    "look_up": "looked up through all layers, found in memory",
    "kept_file": "found in files for nginx to send, unread",
}


@dataclass(frozen=True, kw_only=True)
class CachingFigures:
    """Microseconds by way of looking up, and what each way of evicting saved, as parts of all."""

    p50: Mapping[str, float]
    p95: Mapping[str, float]
    requests: int
    hits: float
    hits_of_lru: float
    saved: float
    saved_by_lru: float

    def goals(self) -> Iterator[Goal]:
        """Yield the goals of the cache."""
        for subject, ours, theirs in (
            ("making that the cache saves on a Zipf trace", self.saved, self.saved_by_lru),
            ("hits on that trace", self.hits, self.hits_of_lru),
        ):
            yield Goal(
                subject=subject,
                wording="≥ 1 times LRU",
                limit=1,
                measured=ours / theirs if theirs else None,
                unit="times",
            )


def measure(house: House, *, plan: Plan, core: int) -> CachingFigures:
    """Measure on one core; raises ErrandFailed."""
    layers = house.errand("time_layers", core=core, size_bytes=PICTURE_BYTES, times=plan.look_ups)
    replayed = house.errand(
        "replay", core=core, seed=SEED, things=plan.things, requests=10 * plan.things
    )
    return CachingFigures(
        p50={name: way["p50"] for name, way in layers.items()},
        p95={name: way["p95"] for name, way in layers.items()},
        requests=10 * plan.things,
        hits=replayed["ours"]["hits"],
        hits_of_lru=replayed["lru"]["hits"],
        saved=replayed["ours"]["saved"],
        saved_by_lru=replayed["lru"]["saved"],
    )


def table(figures: CachingFigures | str) -> str:
    """Return the table of the cache."""
    if isinstance(figures, str):
        return f"Not measured: {without_paths(figures)}."
    looked_up = [
        (
            f"47 KiB {words}: p50, p95",
            f"{shown(figures.p50[name])} µs, {shown(figures.p95[name])} µs",
        )
        for name, words in _WAYS.items()
    ]
    asked = f"of {figures.requests:,} requests by Zipf's law, where a tenth fits"
    return markdown.table(
        ("", ""),
        [
            *looked_up,
            (
                f"hits {asked}: by worth, by LRU",
                f"{figures.hits:.1%}, {figures.hits_of_lru:.1%}",
            ),
            (
                "time of making that they save: by worth, by LRU",
                f"{figures.saved:.1%}, {figures.saved_by_lru:.1%}",
            ),
        ],
    )
