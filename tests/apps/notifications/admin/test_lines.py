"""Small tables are written a row a line."""

import pytest
from django.core.exceptions import ValidationError

from apps.notifications.admin.lines import PairsField, TranslationsField, pairs_in


def test_pairs_are_read_line_by_line() -> None:
    assert pairs_in("a = 1\r\n\n b=x = y \nc") == {"a": "1", "b": "x = y", "c": ""}


def test_pairs_are_shown_as_they_are_written() -> None:
    field = PairsField()
    pairs = {"a": "1", "b": "x = y"}

    assert field.clean(field.prepare_value(pairs)) == pairs
    assert field.prepare_value("half = typed") == "half = typed"
    assert field.clean("") == {}


def test_translations_are_shown_as_they_are_written() -> None:
    field = TranslationsField()
    translations = {
        "he": {"name": "תחזוקה", "description": "פניות"},
        "pt-BR": {"name": "Obras", "description": ""},
    }

    assert field.clean(field.prepare_value(translations)) == translations
    assert field.prepare_value("he =") == "he ="


@pytest.mark.parametrize("line", ["he", "he =", "hebrew language = x", "he = | x"])
def test_translation_needs_a_tag_and_a_name(line: str) -> None:
    with pytest.raises(ValidationError):
        TranslationsField().clean(line)
