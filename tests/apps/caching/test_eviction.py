"""What is worth least goes first; on a Zipf trace that beats letting go what was used longest ago.

The trace is made by a fixed seed, so the ratios are the same everywhere: 200,000 requests for
20,000 things, popularity falling as 1/rank^0.9, sizes and costs log-normal; a tenth of the bytes
fit. LRU gets all of its limit; ours is swept down to 80 % of it each time.
"""

import random
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.caching.eviction import Candidate, victims, worth
from apps.caching.popularity import HALF_LIFE_SECONDS, faded
from apps.caching.sweeping import WARNING_SHARE

THINGS, REQUESTS, SKEW = 20_000, 200_000, 0.9
# A day of requests.
SECONDS_PER_REQUEST = 86_400 / REQUESTS


@dataclass(frozen=True)
class Thing:
    size: int
    cost: float


def things(chance: random.Random) -> list[Thing]:
    return [
        Thing(int(chance.lognormvariate(10, 1)) + 4096, chance.lognormvariate(-2.5, 0.8))
        for _ in range(THINGS)
    ]


def trace(chance: random.Random, *, shifts: int) -> Iterator[int]:
    """Return what is asked for; fashion changes so many times."""
    weights = list(accumulate(1 / rank**SKEW for rank in range(1, THINGS + 1)))
    order = list(range(THINGS))
    chance.shuffle(order)
    for _ in range(shifts + 1):
        for rank in chance.choices(range(THINGS), cum_weights=weights, k=REQUESTS // (shifts + 1)):
            yield order[rank]
        half = THINGS // 2
        order = order[half:] + order[:half]


@dataclass
class Score:
    hits: int = 0
    asked: int = 0
    cost_saved: float = 0.0
    cost: float = 0.0

    def note(self, thing: Thing, *, is_hit: bool) -> None:
        self.asked += 1
        self.cost += thing.cost
        if is_hit:
            self.hits += 1
            self.cost_saved += thing.cost

    @property
    def hit_ratio(self) -> float:
        return self.hits / self.asked


def lru(asked: Sequence[int], known: Sequence[Thing], limit: int) -> Score:
    score, kept, size = Score(), OrderedDict[int, int](), 0
    for number in asked:
        score.note(known[number], is_hit=number in kept)
        if number in kept:
            kept.move_to_end(number)
            continue
        kept[number] = known[number].size
        size += known[number].size
        while size > limit:
            size -= kept.popitem(last=False)[1]
    return score


@dataclass
class Folder:
    """The folder as sweeps keep it: filled to its limit, then freed down to 80 %."""

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
            self.sweep(moment)
        return False

    def sweep(self, moment: float) -> None:
        excess = self.size - int(self.limit * WARNING_SHARE)
        for victim in victims(self.candidates(moment), bytes_to_free=excess):
            del self.kept[int(victim.address)]
            self.size -= victim.size_bytes

    def candidates(self, moment: float) -> Iterator[Candidate]:
        for number, made_at in self.kept.items():
            score, at = self.hits[number]
            yield Candidate(
                address=str(number),
                size_bytes=self.known[number].size,
                cost_seconds=self.known[number].cost,
                score=score * faded(moment - at),
                age_seconds=moment - made_at,
            )


def ours(asked: Sequence[int], known: Sequence[Thing], limit: int) -> Score:
    score, folder = Score(), Folder(known, limit)
    for position, number in enumerate(asked):
        is_hit = folder.ask(number, position * SECONDS_PER_REQUEST)
        score.note(known[number], is_hit=is_hit)
    return score


@pytest.mark.parametrize("shifts", [0, 1], ids=["steady", "fashion changes at noon"])
def test_it_hits_more_and_saves_more_than_lru_on_a_zipf_trace(shifts: int) -> None:
    chance = random.Random(20261122)
    known = things(chance)
    limit = sum(thing.size for thing in known) // 10
    asked = list(trace(chance, shifts=shifts))

    mine, theirs = ours(asked, known, limit), lru(asked, known, limit)

    assert mine.hit_ratio > theirs.hit_ratio * 1.05, (mine.hit_ratio, theirs.hit_ratio)
    assert mine.cost_saved > theirs.cost_saved * 1.15, (mine.cost_saved, theirs.cost_saved)


candidates = st.builds(
    Candidate,
    address=st.uuids().map(str),
    size_bytes=st.integers(0, 10**7),
    cost_seconds=st.floats(0, 60),
    score=st.floats(0, 1000),
    age_seconds=st.floats(0, 10**6),
)


@given(known=st.lists(candidates, max_size=30), wanted=st.integers(0, 10**8))
def test_no_more_go_than_must_and_none_worth_more_than_one_that_stays(
    known: list[Candidate], wanted: int
) -> None:
    gone = victims(known, bytes_to_free=wanted)

    freed = sum(each.size_bytes for each in gone)
    assert freed >= min(wanted, sum(each.size_bytes for each in known))
    assert not gone or freed - gone[-1].size_bytes < wanted
    staying = [each for each in known if each not in gone]
    assert not gone or all(worth(each) >= max(map(worth, gone)) for each in staying)


def test_worth_rises_with_use_and_cost_and_falls_with_size_and_time() -> None:
    def of(**other: float) -> float:
        plain = {"size_bytes": 10_000, "cost_seconds": 0.1, "score": 3.0, "age_seconds": 0.0}
        return worth(Candidate(address="a", **(plain | other)))  # type: ignore[arg-type]  # numbers

    assert of(score=4.0) > of()
    assert of(cost_seconds=0.2) > of()
    assert of(size_bytes=20_000) < of()
    assert of(age_seconds=HALF_LIFE_SECONDS) < of()
    assert of(size_bytes=1) == of(size_bytes=4096)
