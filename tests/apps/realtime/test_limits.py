"""Allowances: some at once, then so many a second."""

import pytest

from apps.realtime.limits import Allowance


def test_allowance_fills_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    here = [100.0]
    monkeypatch.setattr("apps.realtime.limits.time.monotonic", lambda: here[0])
    allowance = Allowance(per_second=2, most=3)

    at_once = [allowance.take() for _ in range(5)]
    here[0] += 1
    later = [allowance.take() for _ in range(3)]
    here[0] += 1000
    much_later = [allowance.take() for _ in range(4)]

    assert at_once == [True, True, True, False, False]
    assert later == [True, True, False]
    assert much_later == [True, True, True, False]
