"""Fingerprints: equal for equal requests, else different."""

from typing import Any

from apps.notifications.fingerprints import fingerprint_of


def test_order_of_names_makes_no_difference() -> None:
    one = fingerprint_of(data={"a": "1", "b": "2"}, ttl=3)
    other = fingerprint_of(ttl=3, data={"b": "2", "a": "1"})

    assert one == other
    assert len(one) == 32


def test_any_other_content_has_another() -> None:
    contents: list[dict[str, Any]] = [
        {"ttl": 3},
        {"ttl": "3"},
        {"ttl": None},
        {"channels": ["push", "email"]},
        {"channels": ["email", "push"]},
        {"data": {"a": "1", "b": ""}},
        {"data": {"a": "", "b": "1"}},
    ]

    assert len({fingerprint_of(**content) for content in contents}) == len(contents)
