"""Values keep their place in right-to-left texts, and cannot turn round what stands around them."""

import pytest

from apps.notifications.bidi import (
    closed,
    first_is_rtl,
    is_rtl,
    is_sound,
    isolated,
    led,
    without_controls,
)


@pytest.mark.parametrize("tag", ["he", "he-IL", "ar", "FA", "uz-Arab", "az-Arab-IR", "yi"])
def test_right_to_left_languages_are_known(tag: str) -> None:
    assert is_rtl(tag)


@pytest.mark.parametrize("tag", ["en", "pt-BR", "ar-Latn", "uz-Latn", "he-latn-il", "zh-Hant", ""])
def test_languages_are_left_to_right_unless_known_otherwise(tag: str) -> None:
    assert not is_rtl(tag)


def test_every_value_is_isolated_in_a_right_to_left_text() -> None:
    assert isolated("Oak House", is_rtl=True) == "\u2068Oak House\u2069"
    assert isolated("3", is_rtl=True) == "\u20683\u2069"


def test_values_of_the_other_direction_are_isolated_in_a_left_to_right_text() -> None:
    assert isolated("דנה", is_rtl=False) == "\u2068דנה\u2069"
    assert isolated("Dana", is_rtl=False) == "Dana"


def test_each_line_is_isolated_by_itself() -> None:
    assert isolated("one\n\ntwo", is_rtl=True) == "\u2068one\u2069\n\n\u2068two\u2069"


def test_value_brings_no_override_no_isolate_and_no_control_character() -> None:
    value = "a\u202eb\u2069c\x00d\ud800e\nf\tg"

    assert without_controls(value) == "abcde\nf\tg"


def test_text_is_led_by_a_mark_where_its_first_letter_misleads() -> None:
    assert led("PDF מוכן", is_rtl=True) == "\u200fPDF מוכן"
    assert led("מוכן: PDF", is_rtl=True) == "מוכן: PDF"
    assert led("דנה is Hebrew", is_rtl=False) == "\u200eדנה is Hebrew"
    assert led("123", is_rtl=True) == "123"


def test_isolates_do_not_count_as_first_letters() -> None:
    assert first_is_rtl("\u2068Dana\u2069 הצטרפה") is True
    assert first_is_rtl("\u2068דנה\u2069 has joined") is False
    assert first_is_rtl("\u2068Dana\u2069: 3") is None


def test_cut_text_ends_the_isolates_it_lost_the_end_of() -> None:
    assert closed("a \u2068b") == "a \u2068b\u2069"
    assert closed("a \u2068b\u2069") == "a \u2068b\u2069"


@pytest.mark.parametrize("text", ["a\u202eb", "a \u2068b", "a\u2069", "\u202a"])
def test_text_that_turns_what_follows_is_not_sound(text: str) -> None:
    assert not is_sound(text)
    assert is_sound("a \u2068b\u2069 \u200f")
