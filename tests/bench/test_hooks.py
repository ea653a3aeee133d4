"""What no receiver saw is lost, whatever was recorded."""

import dataclasses

from tests.bench.figures_of import RESULTS


def test_repeated_requests_do_not_hide_a_loss() -> None:
    assert not isinstance(RESULTS.hooks, str)
    figures = dataclasses.replace(RESULTS.hooks, deliveries=10, received=12, different=9)

    assert figures.lost == 1
