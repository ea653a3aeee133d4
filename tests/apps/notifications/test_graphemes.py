"""Texts are cut between characters as a reader sees them."""

from apps.notifications.graphemes import cut, cut_to_points, length_of

FAMILY = "👨\u200d👩\u200d👧"


def test_a_family_and_an_accent_are_one_character_each() -> None:
    assert length_of(FAMILY + "e\u0301🇮🇱") == 3


def test_cut_text_shows_that_there_was_more() -> None:
    assert cut("The lift is stuck", 8) == "The lift…"
    assert cut("The lift is stuck", 9) == "The lift…"
    assert cut(FAMILY + "abc", 1) == FAMILY + "…"


def test_what_is_short_enough_stays() -> None:
    assert cut("short", 5) == "short"
    assert cut("", 0) == ""


def test_of_nothing_nothing_remains() -> None:
    assert cut("words", 0) == ""


def test_isolate_is_ended_where_it_is_cut() -> None:
    assert cut("\u2068Oak House\u2069 x", 4) == "\u2068Oak\u2069…"


def test_text_is_cut_to_a_number_of_code_points() -> None:
    text = cut_to_points(FAMILY * 30, 20)

    assert len(text) <= 20
    assert text == FAMILY * 3 + "…"
    assert cut_to_points("\u2068" + "a" * 30 + "\u2069", 10) == "\u2068" + "a" * 7 + "\u2069…"
    assert cut_to_points("as it is", 8) == "as it is"
