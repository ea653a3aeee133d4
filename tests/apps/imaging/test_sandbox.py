"""The sandbox answers requests, and refusals are answers too."""

from dataclasses import asdict
from typing import Any

import pytest

from apps.imaging import sandbox
from apps.imaging.opening import PLUGINS
from apps.imaging.types import SOURCES, Fit, Format, Position, Wanted
from apps.imaging.wire import Message
from tests.apps.imaging.pictures import opened, quarters, saved


def test_request_to_look_is_answered() -> None:
    answer = sandbox.answer_to(Message({"do": "inspect"}, [saved(quarters())]))

    assert answer.header == {
        "picture": {"format": "png", "width": 64, "height": 48, "frames": 1, "has_alpha": False}
    }


def test_words_of_a_request_become_what_is_wanted() -> None:
    wanted = Wanted(
        format=Format.JPEG,
        width=20,
        height=20,
        fit=Fit.CONTAIN,
        position=Position.SOUTHEAST,
        background="00ff00ff",
    )

    answer = sandbox.answer_to(
        Message({"do": "render", "wanted": [asdict(wanted)]}, [saved(quarters())])
    )

    assert answer.header == {
        "rendered": [{"content_type": "image/jpeg", "width": 20, "height": 20}]
    }
    assert opened(answer.bodies[0]).size == (20, 20)


def test_refusal_is_an_answer() -> None:
    answer = sandbox.answer_to(Message({"do": "inspect"}, [b"hello"]))

    assert answer.header["refused"] == "imaging.not_a_picture"
    assert answer.header["detail"]


def test_memory_that_runs_out_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_much(*_: Any) -> Message:
        raise MemoryError

    monkeypatch.setattr(sandbox, "_WORK", {"inspect": too_much})

    answer = sandbox.answer_to(Message({"do": "inspect"}, [b""]))

    assert answer.header["refused"] == "imaging.picture_too_costly"


def test_all_that_is_read_and_written_is_loaded_before_files_are_given_up() -> None:
    sandbox.warm_up()

    assert len(PLUGINS) == len(SOURCES)
