"""Bytes come in full steps, however their sender hands them over."""

from io import BytesIO

import pytest

from apps.files.storages.steps import STEP_BYTES, SourceFailed, gathered, steps_of
from tests.apps.files.storages.sources import BrokenSource, DribblingSource

LONG = bytes(range(256)) * 2500


@pytest.mark.parametrize("source", [BytesIO, DribblingSource], ids=["at once", "bit by bit"])
def test_steps_are_full_but_for_the_last(source: type[BytesIO]) -> None:
    steps = list(steps_of(source(LONG)))

    assert b"".join(steps) == LONG
    assert [len(step) for step in steps] == [STEP_BYTES, STEP_BYTES, len(LONG) - 2 * STEP_BYTES]


def test_nothing_has_no_steps() -> None:
    assert list(steps_of(BytesIO())) == []
    assert list(gathered(iter(()), 10)) == []


def test_sender_that_breaks_is_told_apart_from_the_storage() -> None:
    with pytest.raises(SourceFailed) as failed:
        list(steps_of(BrokenSource(LONG)))

    assert isinstance(failed.value.reason, ConnectionResetError)


def test_steps_are_put_together_to_pieces_of_at_least_so_many_bytes() -> None:
    steps = [b"four", b"four", b"", b"eighteen bytes now", b"two", b"!"]

    pieces = list(gathered(iter(steps), 8))

    assert pieces == [b"fourfour", b"eighteen bytes now", b"two!"]
