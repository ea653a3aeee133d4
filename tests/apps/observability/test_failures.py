"""Exceptions are described so that equal faults are found to be equal."""

from collections.abc import Callable

import pytest
from typing_extensions import override

from apps.observability.failures import described, fingerprint


def caught(function: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011  any exception is welcome
        function()
    return caught.value


def deep(levels: int) -> None:
    if levels == 0:
        raise ValueError(f"at {levels}")
    deep(levels - 1)


def test_same_fault_with_another_message_has_the_same_fingerprint() -> None:
    def fail(word: str) -> None:
        raise ValueError(word)

    assert fingerprint(caught(lambda: fail("a"))) == fingerprint(caught(lambda: fail("b")))


def test_recursion_has_the_same_fingerprint_at_every_depth() -> None:
    assert fingerprint(caught(lambda: deep(2))) == fingerprint(caught(lambda: deep(50)))


def test_other_type_or_other_place_has_another_fingerprint() -> None:
    def one() -> None:
        raise ValueError

    def other() -> None:
        raise ValueError

    def third() -> None:
        raise KeyError

    prints = {fingerprint(caught(function)) for function in (one, other, third)}

    assert len(prints) == 3


def test_description_names_type_message_and_stack() -> None:
    told = described(caught(lambda: deep(0)))

    assert told["error_type"] == "ValueError"
    assert told["error_message"] == "at 0"
    assert "in deep" in told["stack"]
    assert len(told["fingerprint"]) == 16


def test_type_from_a_module_is_named_with_it() -> None:
    assert described(UnicodeError())["error_type"] == "UnicodeError"
    assert described(Unprintable())["error_type"] == f"{__name__}.Unprintable"


class Unprintable(Exception):
    @override
    def __str__(self) -> str:
        raise RuntimeError("no words")


def test_exception_that_cannot_be_printed_is_described_all_the_same() -> None:
    def fail() -> None:
        raise Unprintable

    told = described(caught(fail))

    assert told["error_message"] == "<unprintable>"
    assert "in fail" in told["stack"]


def test_endless_recursion_is_described_briefly() -> None:
    def forever() -> None:
        forever()

    assert len(described(caught(forever))["stack"]) < 20_000
