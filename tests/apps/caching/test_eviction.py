"""What is worth least goes first; on a Zipf trace that beats letting go what was used longest ago.

The trace is made by a fixed seed, so the ratios are the same everywhere: 200,000 requests for
20,000 things, popularity falling as 1/rank^0.9, sizes and costs log-normal; a tenth of the bytes
fit. LRU gets all of its limit; ours is swept down to 80 % of it each time.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.caching.eviction import Candidate, victims, worth
from apps.caching.popularity import HALF_LIFE_SECONDS
from bench.mainstay.caching import replay


@pytest.mark.parametrize("shifts", [0, 1], ids=["steady", "fashion changes at noon"])
def test_it_hits_more_and_saves_more_than_lru_on_a_zipf_trace(shifts: int) -> None:
    found = replay(seed=20261122, things=20_000, requests=200_000, shifts=shifts)
    mine, theirs = found["ours"], found["lru"]

    assert mine["hits"] > theirs["hits"] * 1.05, found
    assert mine["saved"] > theirs["saved"] * 1.15, found


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
