"""Goals are met, missed or open; never guessed."""

import pytest

from bench.goals import BARE_DJANGO, FASTIFY, MAINSTAY, POCKETBASE, STOCK_DRF, Goal, of_traffic
from tests.bench import figures_of


def _goal(measured: float | None, *, is_ceiling: bool = False) -> Goal:
    return Goal(subject="s", wording="w", limit=2, measured=measured, is_ceiling=is_ceiling)


@pytest.mark.parametrize(("measured", "expected"), [(2, True), (3, True), (1.99, False)])
def test_floor_is_met_from_its_limit_on(measured: float, *, expected: bool) -> None:
    assert _goal(measured).is_met is expected


@pytest.mark.parametrize(("measured", "expected"), [(2, True), (1, True), (2.01, False)])
def test_ceiling_is_met_up_to_its_limit(measured: float, *, expected: bool) -> None:
    assert _goal(measured, is_ceiling=True).is_met is expected


def test_goal_without_a_figure_is_neither_met_nor_missed() -> None:
    assert _goal(None).is_met is None


def test_traffic_is_judged_by_ratios() -> None:
    peers = [
        figures_of.peer(MAINSTAY, per_second=3000, cpu_ms=0.5),
        figures_of.peer(POCKETBASE, per_second=1500),
        figures_of.peer(FASTIFY, per_second=2000),
        figures_of.peer(STOCK_DRF, per_second=500),
        figures_of.peer(BARE_DJANGO, per_second=9000, cpu_ms=0.25),
    ]

    goals = {(goal.subject, goal.wording): goal for goal in of_traffic(peers)}

    assert goals["list 20", "≥ 1.5 times PocketBase"].measured == 2
    assert goals["list 20", "≥ 2 times fastify + pg"].is_met is False
    assert goals["create", "≥ 1.5 times stock DRF"].measured == 6
    assert goals["304", "≥ 1.5 times our get one"].measured == 1
    for where in ("lane", "Django"):
        assert goals[f"the guard of a request in {where}", "≤ 0.15 ms CPU"].measured == 0.25
    assert goals["/health/live", "≥ 10,000/s"].is_met is False


def test_goal_against_a_missing_peer_stays_open() -> None:
    goals = list(of_traffic([figures_of.peer(MAINSTAY, per_second=1)]))

    assert all(
        goal.is_met is None
        for goal in goals
        if "times" in goal.wording[3:] and "our" not in goal.wording
    )
