"""The cache within Mainstay: what a look-up costs in each layer, and what evicting well saves."""

import os
import random
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate
from time import perf_counter
from typing import Any

from apps.caching.entries import Form
from apps.caching.eviction import Candidate, victims
from apps.caching.layers.stack import address_of, stack
from apps.caching.popularity import faded
from apps.caching.ports import Namespace, namespaces
from apps.caching.selectors import kept_file, look_up
from apps.caching.services import remember
from apps.caching.sweeping import WARNING_SHARE

PICTURES = Namespace(name="bench.pictures", title="Pictures of the bench", ttl=timedelta(days=1))
SKEW = 0.9
_DAY_SECONDS = 86_400.0


def time_layers(*, size_bytes: int, times: int) -> dict[str, Any]:
    """Look one entry up again and again in each layer; microseconds, the median and the p95."""
    namespaces.register(PICTURES)
    remember(PICTURES, "picture", lambda: os.urandom(size_bytes))
    layers, address = stack(), address_of(PICTURES.name, "picture")
    found = layers.memory.get(PICTURES.name, address)
    assert found is not None
    assert found.form is Form.BYTES
    ways: dict[str, Callable[[], object]] = {
        "memory": lambda: layers.memory.get(PICTURES.name, address),
        "redis": lambda: layers.redis.get(PICTURES.name, address),
        "files": lambda: layers.files.get(PICTURES.name, address),
        "look_up": lambda: look_up(PICTURES, "picture"),
        "kept_file": lambda: kept_file(PICTURES, "picture"),
    }
    return {name: _microseconds(way, times) for name, way in ways.items()}


def replay(*, seed: int, things: int, requests: int, shifts: int = 3) -> dict[str, Any]:
    """Replay a day of requests, by Zipf's law, for more than fits; by both ways of evicting.

    Sizes and costs are log-normal, a tenth of the bytes fit, and fashion turns ``shifts`` times.
    LRU has all of the limit; ours is swept down to 80 % of it each time.
    """
    chance = random.Random(seed)  # noqa: S311  figures that can be found again, not secrets
    known = [
        Thing(int(chance.lognormvariate(10, 1)) + 4096, chance.lognormvariate(-2.5, 0.8))
        for _ in range(things)
    ]
    asked = list(_trace(chance, things, requests, shifts))
    limit = sum(thing.size for thing in known) // 10
    return {"ours": _saved(_Swept(known, limit), asked), "lru": _saved(_Lru(known, limit), asked)}


@dataclass(frozen=True)
class Thing:
    """Something that takes room, and time to make."""

    size: int
    cost: float


class _Lru:
    def __init__(self, known: Sequence[Thing], limit: int) -> None:
        self.known, self._limit, self._size = known, limit, 0
        self._kept = OrderedDict[int, int]()

    def ask(self, number: int, _: float) -> bool:
        if number in self._kept:
            self._kept.move_to_end(number)
            return True
        self._kept[number] = self.known[number].size
        self._size += self.known[number].size
        while self._size > self._limit:
            self._size -= self._kept.popitem(last=False)[1]
        return False


@dataclass
class _Swept:
    known: Sequence[Thing]
    limit: int
    kept: dict[int, float] = field(default_factory=dict)
    hits: dict[int, tuple[float, float]] = field(default_factory=dict)
    size: int = 0

    def ask(self, number: int, moment: float) -> bool:
        score, at = self.hits.get(number, (0.0, moment))
        self.hits[number] = (score * faded(moment - at) + 1, moment)
        if number in self.kept:
            return True
        self.kept[number] = moment
        self.size += self.known[number].size
        if self.size >= self.limit:
            self._sweep(moment)
        return False

    def _sweep(self, moment: float) -> None:
        excess = self.size - int(self.limit * WARNING_SHARE)
        for victim in victims(self._candidates(moment), bytes_to_free=excess):
            del self.kept[int(victim.address)]
            self.size -= victim.size_bytes

    def _candidates(self, moment: float) -> Iterator[Candidate]:
        for number, made_at in self.kept.items():
            score, at = self.hits[number]
            yield Candidate(
                address=str(number),
                size_bytes=self.known[number].size,
                cost_seconds=self.known[number].cost,
                score=score * faded(moment - at),
                age_seconds=moment - made_at,
            )


def _trace(chance: random.Random, things: int, requests: int, shifts: int) -> Iterator[int]:
    weights = list(accumulate(1 / rank**SKEW for rank in range(1, things + 1)))
    order = list(range(things))
    chance.shuffle(order)
    parts = shifts + 1
    for _ in range(parts):
        for rank in chance.choices(range(things), cum_weights=weights, k=requests // parts):
            yield order[rank]
        order = order[things // 2 :] + order[: things // 2]


def _saved(kept: "_Lru | _Swept", asked: Sequence[int]) -> dict[str, float]:
    hits, saved, cost = 0, 0.0, 0.0
    for place, number in enumerate(asked):
        is_hit = kept.ask(number, place * _DAY_SECONDS / len(asked))
        hits += is_hit
        cost += kept.known[number].cost
        saved += kept.known[number].cost * is_hit
    return {"hits": hits / len(asked), "saved": saved / cost}


def _microseconds(way: Callable[[], object], times: int) -> dict[str, float]:
    taken: list[float] = []
    for _ in range(times):
        began = perf_counter()
        found = way()
        taken.append(1_000_000 * (perf_counter() - began))
        assert found is not None
    taken.sort()
    return {"p50": taken[len(taken) // 2], "p95": taken[len(taken) * 95 // 100]}
