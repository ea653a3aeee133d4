"""The command shows and operates the log, and says what is wrong with its words."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.events.models import ConsumerCursor
from apps.events.services import advance
from tests.apps.events.conftest import Listener

Ring = Callable[..., None]


def events(*words: str) -> str:
    output = StringIO()
    call_command("events", *words, stdout=output)
    return output.getvalue()


def test_tail_prints_the_newest_events(listener: Listener, ring: Ring) -> None:
    ring(77)

    assert '"number": 77' in events("tail", "--once", "--lines", "1")


def test_consumers_are_listed_with_lag_and_error(listener: Listener, ring: Ring) -> None:
    ring(1)
    ConsumerCursor.objects.filter(name=listener.name).update(error="Traceback\nValueError: bell")

    said = events("consumers")

    assert listener.name[:24] in said
    assert "ValueError: bell" in said


def test_replay_moves_the_cursor(listener: Listener, ring: Ring) -> None:
    ring(1)
    advance(listener)

    events("replay", listener.name, "--from", str(listener.heard[0].position))
    advance(listener)

    assert listener.numbers == [1, 1]


def test_stopped_consumer_is_resumed(listener: Listener) -> None:
    ConsumerCursor.objects.filter(name=listener.name).update(state="stopped")

    events("resume", listener.name)

    assert ConsumerCursor.objects.get(name=listener.name).state == "running"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("replay", "bells", "--from", "yesterday"), "neither a position nor a time"),
        (("replay", "bells", "--from", "2026-11-21T10:00:00"), "has no time zone"),
        (("resume", "bells"), "No consumer is named 'bells'"),
    ],
)
def test_wrong_words_are_explained(
    transactional_db: None, words: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(CommandError, match=complaint):
        events(*words)


def test_partitions_are_maintained(transactional_db: None) -> None:
    assert "maintained" in events("maintain")


def test_log_is_restamped(listener: Listener, ring: Ring) -> None:
    ring(1)

    assert "restamped" in events("restamp")
