"""What pushes came to, told from the counts of both ends."""

import dataclasses

from tests.bench.figures_of import RESULTS


def test_pushes_that_no_service_took_are_lost_though_others_came_twice() -> None:
    assert not isinstance(RESULTS.pushes, str)
    figures = dataclasses.replace(
        RESULTS.pushes.services[0], deliveries=10, requests=12, duplicates=3
    )

    assert figures.lost == 1


def test_goals_are_the_rate_of_each_service_and_no_loss() -> None:
    assert not isinstance(RESULTS.pushes, str)

    goals = {goal.subject: goal for goal in RESULTS.pushes.goals()}

    assert goals["APNs pushes of a worker on one core"].is_met
    assert goals["lost or doubled of 180,000 pushes"].is_met is False
