"""A preset is only what can be made."""

import pytest
from django.core.exceptions import ValidationError

from apps.media.models import Preset
from apps.media.ports import presets
from apps.media.types import NamedParameters, Parameters

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("width", 9000), ("height", -1), ("quality", 0), ("trim", 101)),
        *(("fit", "squash"), ("format", "svg"), ("background", "red"), ("name", "Big One")),
    ],
)
def test_what_cannot_be_made_is_refused(field: str, value: object) -> None:
    preset = Preset(**({"name": "card"} | {field: value}))

    with pytest.raises(ValidationError) as refusal:
        preset.full_clean()

    assert field in refusal.value.message_dict


def test_colour_is_saved_in_its_canonical_form() -> None:
    preset = Preset(name="card", background="#F00")

    preset.full_clean()

    assert preset.background == "ff0000ff"


def test_name_of_an_app_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presets, "_entries", {})
    presets.register(NamedParameters(name="card", title="", parameters=Parameters()))

    with pytest.raises(ValidationError, match="An app has"):
        Preset(name="card").full_clean()


def test_empty_format_leaves_it_to_the_client() -> None:
    assert Preset(name="card").named().parameters.format is None
    assert str(Preset(name="card")) == "card"
