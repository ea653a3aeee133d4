"""Entries are read as they were written, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.caching.entries import (
    Age,
    CorruptEntry,
    Form,
    cost_of,
    decoded,
    encoded,
    packed,
    unpacked,
)
from tests.apps.caching.samples import entry

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(value=st.binary() | values)
def test_value_comes_back_from_what_is_written(value: object) -> None:
    form, body = encoded(value)

    written = packed(entry(form=form, body=body))

    assert decoded(unpacked(written)) == value


def test_value_that_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        encoded({1, 2})


@given(data=st.data())
def test_changed_or_torn_bytes_are_noticed(data: st.DataObject) -> None:
    written = packed(entry(tags=("a", "b"), seen="3:5:4"))
    at = data.draw(st.integers(0, 250))
    other = data.draw(st.integers(1, 255))
    changed = written[:at] + bytes([written[at] ^ other]) + written[at + 1 :]

    for damaged in (changed, written[:at], written + b"x"):
        with pytest.raises(CorruptEntry):
            unpacked(damaged)


def test_header_of_another_version_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.caching.entries.asdict", lambda _: {"unknown": 1})
    written = packed(entry())

    with pytest.raises(CorruptEntry):
        unpacked(written)


def test_cost_is_told_by_the_first_bytes() -> None:
    written = packed(entry(body=b"x" * 10_000, cost_seconds=2.5))

    assert cost_of(written[:4096]) == 2.5
    assert cost_of(b"nothing of ours") == 0.0
    assert cost_of(b"") == 0.0


def test_age_goes_from_fresh_to_dead() -> None:
    made = entry(fresh_until=10.0, stale_until=20.0, reserve_until=30.0)

    ages = [made.age(moment) for moment in (9.9, 10.0, 20.0, 29.9, 30.0)]

    assert ages == [Age.FRESH, Age.STALE, Age.RESERVE, Age.RESERVE, Age.DEAD]
    assert made.dead_at == 30.0


def test_size_counts_more_than_the_body() -> None:
    assert entry(body=b"", form=Form.ABSENT).size_bytes > 0
