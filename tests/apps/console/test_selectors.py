"""Samples become points; charts that fail or take long harm no other."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Session, User
from apps.console import selectors
from apps.console.ports import Chart
from apps.console.types import Kind, Order, Person, Reading, Sum, Window
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from tests.apps.console.conftest import write_sample
from tests.factories.accounts import SessionFactory

pytestmark = pytest.mark.django_db


def chart(name: str, read: Callable[[Window], Reading]) -> Chart:
    return Chart(name=name, title=name, about="", kind=Kind.LINE, read=read)


@pytest.mark.parametrize("name", selectors.RANGES)
def test_windows_are_whole_and_bounded(name: str) -> None:
    window = selectors.window_of(name)

    assert window.since + window.steps * window.step == window.until <= now()
    assert window.steps <= 120


def test_samples_of_one_step_become_one_point() -> None:
    window = selectors.window_of("1h")
    for seconds, value in ((1, 5.0), (30, 7.0), (31, 1.0)):
        write_sample("tests.a", window.since + timedelta(seconds=seconds), value)
    # The step before the window, and the first one after it.
    write_sample("tests.a", window.since, 100)
    write_sample("tests.a", window.until + timedelta(seconds=1), 100)

    summed = selectors.sampled(["tests.a", "tests.b"], window)
    most = selectors.sampled(["tests.a"], window, by=Sum.MOST)

    assert summed["tests.a"][:3] == [12, 1, None]
    assert list(selectors.known(summed["tests.a"])) == [12, 1]
    assert summed["tests.b"] == [None] * window.steps
    assert most["tests.a"][0] == 7


def test_points_of_a_week_are_asked_for_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    window = selectors.window_of("7d")
    write_sample("tests.a", window.until, 3)

    with django_assert_num_queries(1):
        first = selectors.sampled(["tests.a"], window)
        second = selectors.sampled(["tests.a"], window)

    assert first == second
    assert first["tests.a"][-1] == 3


def test_target_of_an_order_is_a_row_of_the_person(person: Person, stranger: User) -> None:
    mine = SessionFactory.create(user_id=person.id)
    theirs = SessionFactory.create(user=stranger)
    own = Session.objects.filter(user_id=person.id)

    found = selectors.target_of(Order(person=person, target=mine.public_id, by=0), among=own)

    assert found == mine.public_id
    for target in (theirs.public_id, None):
        with pytest.raises(NotFound, match="no such session"):
            selectors.target_of(Order(person=person, target=target, by=0), among=own)


def test_latest_point_is_the_last_one_known() -> None:
    assert selectors.latest([1, 2, None]) == 2
    assert selectors.latest([None]) is None


def test_round_of_long_ago_is_none() -> None:
    write_sample(selectors.HEARTBEAT, now() - timedelta(hours=2), 1)
    long_ago = selectors.last_round()
    write_sample(selectors.HEARTBEAT, now() - timedelta(minutes=2), 1)

    assert long_ago is None
    assert selectors.last_round() is not None


@pytest.mark.parametrize("query", ["SELECT 1 / 0", "SELECT pg_sleep(5)"])
def test_chart_that_fails_or_takes_long_is_told_and_the_others_are_shown(
    plug_in: Callable[[Chart], None], query: str
) -> None:
    def read(_: Window) -> Reading:
        with connection.cursor() as cursor:
            cursor.execute(query)
        return Reading()

    plug_in(chart("0 broken", read))
    plug_in(chart("1 well", lambda _: Reading(missing="all is well")))

    shown = {
        chart.name: reading.missing
        for chart, reading in selectors.readings(selectors.window_of("1h"))
    }

    assert "chart.unreadable" in shown["0 broken"]
    assert shown["1 well"] == "all is well"
    assert {"requests", "health", "keys", "consumers", "webhooks", "sign_ins"} <= set(shown)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() != ("1s",) or connection.in_atomic_block
