"""Consumers read in order, exactly once, and stop alone at what they cannot take in."""

from collections.abc import Callable

from apps.events.models import ConsumerCursor
from apps.events.selectors import consumer_lags, latest_events
from apps.events.services import advance
from apps.events.services.consuming import ATTEMPTS_BEFORE_STOP
from apps.events.types import LoggedEvent
from apps.kernel.context import Context, bound
from tests.apps.events.conftest import Listener
from tests.log_lines import LogLines

Ring = Callable[..., None]


def refuse(number: int) -> Callable[[LoggedEvent], None]:
    def on_hearing(event: LoggedEvent) -> None:
        if event.payload["number"] == number:
            raise ValueError(f"cannot stand {number}")

    return on_hearing


def test_events_are_heard_in_order_and_once(listener: Listener, ring: Ring) -> None:
    ring(1, 2)
    ring(3)

    advance(listener)
    advance(listener)

    assert listener.numbers == [1, 2, 3]
    assert listener.hints == 1


def test_other_topics_are_passed_over(listener: Listener, ring: Ring) -> None:
    listener.topics = ("somewhere.else",)
    ring(1)

    progress = advance(listener)

    assert (progress.read, listener.heard) == (1, [])


def test_poison_event_stops_its_consumer_only(listener: Listener, ring: Ring) -> None:
    other = Listener(name=f"{listener.name}-other")
    start = ConsumerCursor.objects.get(name=listener.name)
    ConsumerCursor.objects.create(name=other.name, xid=start.xid, position=start.position)
    listener.on_hearing = refuse(2)
    ring(1, 2, 3)

    progress = [advance(listener) for _ in range(ATTEMPTS_BEFORE_STOP)][-1]
    advance(other)

    assert progress.is_stopped
    assert (listener.numbers, other.numbers) == ([1], [1, 2, 3])
    kept = ConsumerCursor.objects.get(name=listener.name)
    assert "cannot stand 2" in kept.error
    assert latest_events(limit=1)[0].topic == "events.consumer.stopped"


def test_failure_is_logged_under_the_correlation_of_its_event(
    listener: Listener, ring: Ring, log_lines: LogLines
) -> None:
    listener.on_hearing = refuse(1)
    with bound(Context(correlation_id="asked-for-by-a-phone")):
        ring(1)

    with bound(Context(correlation_id="the-dispatcher")):
        advance(listener)

    (line,) = log_lines.read("consumer.failed")
    assert line["correlation_id"] == "asked-for-by-a-phone"


def test_stopped_consumer_reads_nothing(listener: Listener, ring: Ring) -> None:
    ConsumerCursor.objects.filter(name=listener.name).update(state="stopped")
    ring(1)

    progress = advance(listener)

    assert progress.is_stopped
    assert listener.heard == []


def test_event_that_succeeds_later_clears_the_failures(listener: Listener, ring: Ring) -> None:
    listener.on_hearing = refuse(1)
    ring(1)
    advance(listener)

    listener.on_hearing = lambda event: None
    advance(listener)

    kept = ConsumerCursor.objects.get(name=listener.name)
    assert (listener.numbers, kept.failures, kept.error) == ([1], 0, "")


def test_lag_tells_how_far_behind(listener: Listener, ring: Ring) -> None:
    ring(1, 2)

    behind = {lag.name: lag for lag in consumer_lags()}[listener.name]
    advance(listener)
    level = {lag.name: lag for lag in consumer_lags()}[listener.name]

    assert behind.events >= 2
    assert behind.seconds > 0
    assert (level.events, level.seconds) == (0, 0)
