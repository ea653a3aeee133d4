"""Any event becomes one line of JSON of bounded length."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
import pytest
from typing_extensions import override

from apps.observability.lines import LONGEST_LINE, cleaned, encoded


class Colour(StrEnum):
    RED = "red"


class Hostile:
    @override
    def __str__(self) -> str:
        raise RuntimeError


class SlyText(str):
    __slots__ = ()

    @override
    def __str__(self) -> str:
        raise RuntimeError


@dataclass
class Account:
    name: str
    password: str


def line(value: Any) -> Any:
    text = encoded(cleaned({"value": value}))
    assert len(text.decode().splitlines()) == 1
    return orjson.loads(text)["value"]


VALUES: list[tuple[Any, Any]] = [
    ("plain", "plain"),
    (1, 1),
    (True, True),
    (None, None),
    (1.5, 1.5),
    (float("nan"), "nan"),
    (float("-inf"), "-inf"),
    (2**63, str(2**63)),
    (10**10_000, "<integer of 33220 bits>"),
    (b"\xff\x00\n", "\\xff\x00\n"),
    ("\ud800", "\\ud800"),
    ("two\nlines", "two\nlines"),
    ("two\u2028\u2029\x85lines", "two\\u2028\\u2029\\x85lines"),
    (Colour.RED, "red"),
    (Decimal("1.10"), "1.10"),
    (UUID(int=1), str(UUID(int=1))),
    (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
    (("a", {"b"}), ["a", ["b"]]),
    (SlyText("sly"), "sly"),
    (Hostile(), "<unprintable Hostile>"),
    ({1: "a", None: "b", b"\xff": "c"}, {"1": "a", "None": "b", "\\xff": "c"}),
    (
        {"password": "x", "nested": [{"token": "x"}]},
        {"password": "[redacted]", "nested": [{"token": "[redacted]"}]},
    ),
    ({"anna@example.com": 1}, {"[redacted]": 1}),
    (Account("x", "hunter2"), "Account(name='x', password=[redacted])"),
]


# Numbered: some of the values cannot be printed, not even as the name of a test.
@pytest.mark.parametrize("number", range(len(VALUES)))
def test_value_is_told(number: int) -> None:
    value, told = VALUES[number]

    assert line(value) == told


def test_absent_secret_is_told_to_be_absent() -> None:
    assert line({"token": None}) == {"token": None}


def test_structure_that_holds_itself_is_cut() -> None:
    endless: list[Any] = []
    endless.append(endless)

    assert "…" in str(line(endless))


def test_broad_structure_that_holds_itself_is_cut_soon() -> None:
    endless: list[Any] = []
    endless.extend([endless] * 1000)

    assert "…" in str(line(endless))


LONG_VALUES: list[Any] = [
    "x" * 1_000_000,
    "\x00" * 1_000_000,
    "é" * 1_000_000,
    ["x" * 1000] * 1000,
    {str(number): "x" * 1000 for number in range(1000)},
    {"x" * 100_000: 1},
    [[["x" * 50] * 100] * 100] * 100,
    "password=" + "x" * 1_000_000,
]


@pytest.mark.parametrize("number", range(len(LONG_VALUES)))
def test_line_has_a_longest_length(number: int) -> None:
    assert len(encoded(cleaned({"event": "big", "value": LONG_VALUES[number]}))) <= LONGEST_LINE


def test_secret_is_not_shown_by_being_cut() -> None:
    secret = "whsec_" + "s" * 64

    for filling in (64 * 1024 - 30, 64 * 1024 - 100, 8 * 1024 - 30, 4 * 1024 - 30):
        assert "sss" not in str(line(f"{'x ' * (filling // 2)}{secret} {'y ' * 50_000}"))
