"""What apps declare is known by its key, and would be saved as it stands."""

import pytest

from apps.notifications.ports import DeclaredTemplate, categories, templates
from apps.notifications.services import flaws_of_category, lint_template
from apps.notifications.types import Text

pytestmark = pytest.mark.django_db


def test_words_by_language_are_those_of_every_channel() -> None:
    words = {"en": Text(title="Hello"), "he": Text(title="שלום")}

    declared = DeclaredTemplate.of("greetings.hello", category="greetings", texts=words)

    assert declared.name == "greetings.hello"
    assert declared.template.category == "greetings"
    assert declared.template.variables == {}
    assert declared.template.texts == {("", "en"): words["en"], ("", "he"): words["he"]}


@pytest.mark.parametrize("declared", templates, ids=lambda entry: entry.name)
def test_words_of_apps_would_be_saved_as_they_stand(declared: DeclaredTemplate) -> None:
    assert [finding for finding in lint_template(declared.template) if finding.is_error] == []


def test_categories_of_apps_would_be_saved_as_they_stand() -> None:
    assert len(categories) > 0
    assert [flaw for entry in categories for flaw in flaws_of_category(entry.settings)] == []
