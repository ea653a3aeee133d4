"""What the bench of the cache says, and that its trace is the same each time."""

import dataclasses

from bench.caching import CachingFigures, table
from bench.mainstay.caching import replay

FIGURES = CachingFigures(
    p50={"memory": 0.5, "redis": 90, "files": 40, "look_up": 6, "kept_file": 25},
    p95={"memory": 0.7, "redis": 140, "files": 60, "look_up": 9, "kept_file": 30},
    requests=200_000,
    hits=0.66,
    hits_of_lru=0.6,
    saved=0.7,
    saved_by_lru=0.5,
)


def test_goals_are_ratios_to_lru() -> None:
    goals = {goal.subject: goal for goal in FIGURES.goals()}

    assert goals["making that the cache saves on a Zipf trace"].measured == 1.4
    assert all(goal.is_met for goal in goals.values())
    missed = dataclasses.replace(FIGURES, hits=0.5)
    assert [goal.is_met for goal in missed.goals()] == [True, False]


def test_table_tells_of_each_layer_and_of_what_was_saved() -> None:
    text = table(FIGURES)

    assert "| 47 KiB found in Redis: p50, p95 | 90 µs, 140 µs |" in text
    assert "70.0%, 50.0%" in text
    assert table("left out") == "Not measured: left out."


def test_trace_is_the_same_each_time_and_worth_beats_lru() -> None:
    first, second = (replay(seed=5, things=2_000, requests=20_000) for _ in range(2))

    assert first == second
    assert first["ours"]["saved"] > first["lru"]["saved"]
    assert first["ours"]["hits"] > first["lru"]["hits"]
