"""Charts that fail or take long harm no other; the target of an order is the person's own."""

from collections.abc import Callable

import pytest
from django.db import connection

from apps.accounts.models import Session, User
from apps.console import selectors
from apps.console.ports import Chart
from apps.console.types import Kind, Order, Person, Reading, Window
from apps.kernel.errors import NotFound
from tests.factories.accounts import SessionFactory

pytestmark = pytest.mark.django_db


def chart(name: str, read: Callable[[Window], Reading]) -> Chart:
    return Chart(name=name, title=name, about="", kind=Kind.LINE, read=read)


def test_target_of_an_order_is_a_row_of_the_person(person: Person, stranger: User) -> None:
    mine = SessionFactory.create(user_id=person.id)
    theirs = SessionFactory.create(user=stranger)
    own = Session.objects.filter(user_id=person.id)

    found = selectors.target_of(Order(person=person, target=mine.public_id, by=0), among=own)

    assert found == mine.public_id
    for target in (theirs.public_id, None):
        with pytest.raises(NotFound, match="no such session"):
            selectors.target_of(Order(person=person, target=target, by=0), among=own)


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
