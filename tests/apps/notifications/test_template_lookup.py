"""What operators wrote stands over what apps declare."""

import pytest

from apps.notifications.errors import UnknownTemplate
from apps.notifications.models import Template
from apps.notifications.template_lookup import declared_texts, template_texts, written_texts

pytestmark = pytest.mark.django_db

KEY = "buildings.member_invited"


def test_declared_template_is_found() -> None:
    assert template_texts(KEY) == declared_texts(KEY)
    assert template_texts(KEY).category == "community"


def test_operators_text_takes_the_place_of_the_declared_one() -> None:
    row = Template.objects.create(
        key=KEY, category="maintenance", variables={"building": "Elm House"}
    )
    row.texts.create(language="he", title="בואו אל {{ building }}")
    row.texts.create(language="fr", channel="email", title="Bienvenue")

    template = template_texts(KEY)

    assert template.category == "maintenance"
    assert template.variables == {"building": "Elm House"}
    assert template.texts["", "he"].title == "בואו אל {{ building }}"
    assert template.texts["email", "fr"].title == "Bienvenue"
    assert template.texts["", "en"].title == "You are invited to {{ building }}"


def test_template_of_operators_alone_is_found() -> None:
    row = Template.objects.create(key="ours", category="community")
    row.texts.create(language="en", title="Hello", body="b", url="/u")

    assert template_texts("ours") == written_texts("ours")
    assert declared_texts("ours") is None


def test_unknown_template_is_refused() -> None:
    with pytest.raises(UnknownTemplate, match="nobody_knows"):
        template_texts("nobody_knows")
