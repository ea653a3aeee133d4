"""Calls are answered in order; a pause is read from the answer."""

import pytest

from apps.cdn.errors import NotTaken
from apps.cdn.providers.answers import Call, answers, pause_asked_by
from tests.hostile_server import answering, hostile_server


def test_calls_are_answered_in_order() -> None:
    with hostile_server() as server:
        server.behave = answering(200, Retry_After="5")
        told = answers([Call(method="GET", url=f"{server.url}?{each}") for each in range(25)])

    assert len(told) == len(server.requests) == 25
    assert pause_asked_by(told[0]) == 5


def test_call_without_an_answer_is_not_taken() -> None:
    with pytest.raises(NotTaken):
        answers([Call(method="GET", url="http://127.0.0.1:9/")])
