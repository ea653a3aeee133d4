"""Operators resume, skip and replay; each step is announced."""

from collections.abc import Callable

import pytest

from apps.events.errors import ConsumerNotStopped, UnknownConsumer
from apps.events.models import ConsumerCursor, SkippedEvent
from apps.events.selectors import cursor_before, latest_events
from apps.events.services import advance, replay_consumer, resume_consumer, skip_event
from apps.events.services.consuming import ATTEMPTS_BEFORE_STOP
from apps.events.types import LoggedEvent
from apps.kernel.context import Context, bound
from tests.apps.events.conftest import Listener

Ring = Callable[..., None]


@pytest.fixture
def stopped(listener: Listener, ring: Ring) -> Listener:
    def refuse_one(event: LoggedEvent) -> None:
        if event.payload["number"] == 1:
            raise ValueError

    listener.on_hearing = refuse_one
    ring(1, 2)
    for _ in range(ATTEMPTS_BEFORE_STOP):
        advance(listener)
    return listener


def test_skipped_event_is_recorded_with_reason_and_operator(stopped: Listener) -> None:
    with bound(Context(actor="operator-1")):
        position = skip_event(name=stopped.name, reason="bell is broken")

    advance(stopped)
    skipped = SkippedEvent.objects.get(consumer=stopped.name)
    assert (skipped.position, skipped.reason) == (position, "bell is broken")
    assert skipped.skipped_by == "operator-1"
    assert stopped.numbers == [2]
    assert latest_events(limit=1)[0].topic == "events.event.skipped"


def test_resumed_consumer_tries_the_same_event(stopped: Listener) -> None:
    stopped.on_hearing = lambda event: None

    resume_consumer(name=stopped.name)
    advance(stopped)

    assert stopped.numbers == [1, 2]


def test_running_consumer_has_nothing_to_skip(listener: Listener) -> None:
    with pytest.raises(ConsumerNotStopped, match="running"):
        skip_event(name=listener.name, reason="why not")


def test_unknown_consumer_is_named_with_the_known_ones(listener: Listener) -> None:
    with pytest.raises(UnknownConsumer, match=listener.name):
        resume_consumer(name="nobody")


def test_replay_reads_again_from_a_position(listener: Listener, ring: Ring) -> None:
    ring(1)
    ring(2)
    advance(listener)
    position = listener.heard[1].position

    replay_consumer(name=listener.name, cursor=cursor_before(position=position))
    advance(listener)

    assert listener.numbers == [1, 2, 2]


def test_replay_reads_again_from_a_moment(listener: Listener, ring: Ring) -> None:
    ring(1)
    advance(listener)
    moment = listener.heard[0].recorded_at

    replay_consumer(name=listener.name, cursor=cursor_before(moment=moment))
    advance(listener)

    assert listener.numbers == [1, 1]
    assert ConsumerCursor.objects.get(name=listener.name).read_until is not None
