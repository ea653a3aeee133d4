"""Third-party tables with personal data are declared as completely as ours."""

import pytest
from django.apps import apps

from apps.accounts.personal import THIRD_PARTY


@pytest.mark.parametrize("label", THIRD_PARTY)
def test_every_field_is_declared(label: str) -> None:
    model = apps.get_model(label)

    fields = {field.name for field in model._meta.concrete_fields}

    assert THIRD_PARTY[label].declared == fields


def test_every_third_party_table_that_points_at_a_user_is_declared() -> None:
    pointing = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is not None and field.related_model._meta.label == "accounts.User"
    }

    foreign = {label for label in pointing if label not in _ours()}
    assert foreign <= set(THIRD_PARTY)


def _ours() -> set[str]:
    return {
        model._meta.label
        for config in apps.get_app_configs()
        if config.name.startswith("apps.")
        for model in config.get_models()
    }
