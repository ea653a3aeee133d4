"""What buildings say is said in English and Hebrew, and all that their rules mention is there."""

import pytest

from apps.buildings.notification_texts import CATEGORIES, TEMPLATES
from apps.notifications.ports import DeclaredTemplate
from apps.notifications.previews import previews_of


@pytest.mark.parametrize("declared", TEMPLATES, ids=lambda entry: entry.name)
def test_every_text_is_there_in_both_languages_on_every_platform(
    declared: DeclaredTemplate,
) -> None:
    english, hebrew = previews_of(declared.template)

    assert (english.language, hebrew.language) == ("en", "he")
    assert len(english.platforms) == len(hebrew.platforms) == 5
    # Phones, which look at the first letter alone, turn it too.
    assert {shown.title_direction for shown in hebrew.platforms} == {"rtl"}


def test_categories_are_called_in_both_languages() -> None:
    assert {entry.name for entry in CATEGORIES} == {"maintenance", "community"}
    assert all("he" in entry.settings.translations for entry in CATEGORIES)
    assert {entry.template.category for entry in TEMPLATES} == {"maintenance", "community"}
