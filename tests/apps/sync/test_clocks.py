"""Hybrid clocks: corrected by what was measured, bounded by when an edit came."""

from hypothesis import given
from hypothesis import strategies as st

from apps.sync.clocks import LEAD_MS, at_ms, corrected, not_before, wins

_DAY_MS = 86_400_000
_NOW_MS = 1_780_000_000_000


def test_edit_without_a_clock_happened_when_it_came() -> None:
    assert corrected(None, offset_ms=5, server_ms=_NOW_MS) == at_ms(_NOW_MS)


def test_skew_that_was_measured_is_taken_off() -> None:
    said = at_ms(_NOW_MS + _DAY_MS) + 3

    assert corrected(said, offset_ms=-_DAY_MS, server_ms=_NOW_MS) == at_ms(_NOW_MS) + 3


def test_clock_that_is_ahead_unmeasured_is_clamped() -> None:
    said = at_ms(_NOW_MS + _DAY_MS)

    assert corrected(said, offset_ms=0, server_ms=_NOW_MS) == at_ms(_NOW_MS + LEAD_MS)


@given(clock=st.integers(-(2**80), 2**80), offset_ms=st.integers(-(2**50), 2**50))
def test_no_device_gets_out_of_bounds(clock: int, offset_ms: int) -> None:
    assert 0 <= corrected(clock, offset_ms=offset_ms, server_ms=_NOW_MS) <= at_ms(_NOW_MS + LEAD_MS)


@given(clock=st.integers(0, 2**58), seen=st.lists(st.integers(0, 2**58)))
def test_effect_is_after_all_its_causes_and_moves_no_further(clock: int, seen: list[int]) -> None:
    found = not_before(clock, *seen)

    assert all(found > known for known in seen)
    assert found == clock or found - 1 in seen


def test_later_edit_wins_and_of_equal_ones_the_greater_device() -> None:
    assert wins((2, 1), (1, 9))
    assert wins((2, 9), (2, 1))
    assert not wins((2, 1), (2, 9))
