"""Samples become points of whole steps."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.console import samples
from apps.console.types import Sum
from apps.kernel.clock import now
from tests.apps.console.conftest import write_sample

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", samples.RANGES)
def test_windows_are_whole_and_bounded(name: str) -> None:
    window = samples.window_of(name)

    assert window.since + window.steps * window.step == window.until <= now()
    assert window.steps <= 120


def test_samples_of_one_step_become_one_point() -> None:
    window = samples.window_of("1h")
    for seconds, value in ((1, 5.0), (30, 7.0), (31, 1.0)):
        write_sample("tests.a", window.since + timedelta(seconds=seconds), value)
    # The step before the window, and the first one after it.
    write_sample("tests.a", window.since, 100)
    write_sample("tests.a", window.until + timedelta(seconds=1), 100)

    summed = samples.sampled(["tests.a", "tests.b"], window)
    most = samples.sampled(["tests.a"], window, by=Sum.MOST)

    assert summed["tests.a"][:3] == [12, 1, None]
    assert list(samples.known(summed["tests.a"])) == [12, 1]
    assert summed["tests.b"] == [None] * window.steps
    assert most["tests.a"][0] == 7


def test_points_of_a_week_are_asked_for_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    window = samples.window_of("7d")
    write_sample("tests.a", window.until, 3)

    with django_assert_num_queries(1):
        first = samples.sampled(["tests.a"], window)
        second = samples.sampled(["tests.a"], window)

    assert first == second
    assert first["tests.a"][-1] == 3


def test_latest_point_is_the_last_one_known() -> None:
    assert samples.latest([1, 2, None]) == 2
    assert samples.latest([None]) is None


def test_round_of_long_ago_is_none() -> None:
    write_sample(samples.HEARTBEAT, now() - timedelta(hours=2), 1)
    long_ago = samples.last_round()
    write_sample(samples.HEARTBEAT, now() - timedelta(minutes=2), 1)

    assert long_ago is None
    assert samples.last_round() is not None
