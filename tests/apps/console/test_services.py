"""Samples are taken once, survive restarts of what they count; what operators do is announced."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection

from apps.console import services
from apps.console.models import SAMPLE_PARTITIONS
from apps.console.ports import PersonAction, Source
from apps.console.types import Measure, Order, Person, Sampled
from apps.events.selectors import events_about
from apps.kernel.clock import now
from apps.kernel.errors import Conflict

pytestmark = pytest.mark.django_db

PlugIn = Callable[[Source], None]


class Meter:
    """A counter that a test turns."""

    def __init__(self) -> None:
        self.total: float | None = 0.0
        self.asked: list[tuple[datetime, datetime]] = []

    def measure(self, since: datetime, until: datetime) -> Iterator[Sampled]:
        self.asked.append((since, until))
        if self.total is not None:
            yield Sampled("tests.turns", self.total, Measure.TOTAL)


@pytest.fixture
def meter(plug_in: PlugIn) -> Meter:
    meter = Meter()
    plug_in(Source(name="tests", measure=meter.measure))
    return meter


def told() -> list[float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM console_sample WHERE series = 'tests.turns' ORDER BY at")
        return [value for (value,) in cursor.fetchall()]


def rounds(meter: Meter, *totals: float | None, seconds: float = 15) -> None:
    with time_machine.travel(now(), tick=False) as traveller:
        for total in totals:
            meter.total = total
            services.take_samples()
            traveller.shift(seconds)


def test_what_a_counter_grew_by_is_kept(meter: Meter) -> None:
    rounds(meter, 100, 103, 103, 110)

    assert told() == [0, 3, 0, 7]


def test_counter_that_starts_anew_begins_at_nought(meter: Meter) -> None:
    rounds(meter, 100, 104, 2, 5)

    assert told() == [0, 4, 2, 3]


def test_counter_that_appears_later_has_grown_from_nought(meter: Meter) -> None:
    rounds(meter, None, None, 1, 4)

    assert told() == [1, 3]


def test_what_happened_in_a_long_pause_is_not_told_as_one_moment(meter: Meter) -> None:
    rounds(meter, 100, 5000, seconds=3600)

    assert told() == [0, 0]


def test_second_round_within_the_same_quarter_writes_nothing(meter: Meter) -> None:
    with time_machine.travel(now(), tick=False):
        first = services.take_samples()
        second = services.take_samples()

    assert first > 0
    assert second == 0


def test_amounts_are_asked_for_from_one_round_to_the_next(meter: Meter) -> None:
    rounds(meter, 0, 0, 0)

    assert [since for since, _ in meter.asked[1:]] == [until for _, until in meter.asked[:-1]]


def test_source_that_fails_costs_only_its_own_samples(meter: Meter, plug_in: PlugIn) -> None:
    def fail(_: datetime, __: datetime) -> Iterator[Sampled]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        yield Sampled("never", 1, Measure.LEVEL)

    plug_in(Source(name="a broken one", measure=fail))

    rounds(meter, 1, 2)

    assert told() == [0, 1]


def test_partitions_are_made_ahead_and_dropped_after_a_week() -> None:
    services.maintain()
    with time_machine.travel(now() + timedelta(days=9), tick=False):
        services.maintain()
        kept = SAMPLE_PARTITIONS.days()

        assert min(kept) >= (now() - services.RETENTION).date()
        assert max(kept) == (now() + timedelta(days=services.PARTITIONS_AHEAD_DAYS)).date()


def action(run: Callable[[Order], None]) -> PersonAction:
    return PersonAction(
        name="greet",
        label="Greet",
        confirmation="They are greeted.",
        done="Greeted.",
        permission="accounts.change_user",
        run=run,
    )


def test_what_an_operator_does_is_announced_with_the_reason(person: Person) -> None:
    done: list[Order] = []
    order = Order(person=person, target=None, by=1)

    services.carry_out(action=action(done.append), order=order, reason="a birthday")

    (event,) = events_about(person.public_id, before=None, limit=1)
    assert done == [order]
    assert event.topic == "console.operator.acted"
    assert (event.payload["action"], event.payload["reason"]) == ("greet", "a birthday")


@pytest.mark.django_db(transaction=True)
def test_what_a_service_refuses_is_not_announced(person: Person) -> None:
    def refuse(_: Order) -> None:
        raise Conflict("Not today.")

    with pytest.raises(Conflict):
        services.carry_out(
            action=action(refuse), order=Order(person=person, target=None, by=1), reason="why not"
        )

    assert not [
        event
        for event in events_about(person.public_id, before=None, limit=9)
        if event.topic == "console.operator.acted"
    ]
