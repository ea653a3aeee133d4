"""Lives are told in words that need no table of units."""

from datetime import timedelta

import pytest

from apps.caching.wording import in_words, lives_of
from tests.apps.caching.samples import LENIENT, STRICT


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=14), "14 days"),
        (timedelta(hours=1, minutes=30, seconds=5), "1 hour 30 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(milliseconds=5), "no time"),
    ],
)
def test_length_is_told_by_its_two_largest_units(length: timedelta, words: str) -> None:
    assert in_words(length) == words


def test_lives_of_a_namespace_are_told() -> None:
    assert lives_of(STRICT) == "Fresh for 10 minutes"
    assert lives_of(LENIENT) == (
        "Fresh for 10 minutes, stale for 10 minutes, 1 hour where it cannot be made anew"
    )
