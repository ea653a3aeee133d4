"""Figures show the digits that are worth reading."""

import pytest

from bench.wording import LONGEST_REASON, shown, without_paths


@pytest.mark.parametrize(
    ("value", "expected"),
    [(20870.4, "20,870"), (100.4, "100"), (42.24, "42.2"), (1.456, "1.46"), (0, "0"), (3, "3")],
)
def test_figure_has_few_digits(value: float, expected: str) -> None:
    assert shown(value) == expected


def test_reason_fits_on_a_line() -> None:
    assert without_paths("a\n b") == "a b"
    assert len(without_paths("x" * 1000)) <= LONGEST_REASON + 2
